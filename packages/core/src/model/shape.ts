/**
 * This file has the types of the data that is generated from the AWS models: the shapes of inputs, and facts about
 * services.
 */

export interface StringShape {
  readonly type: 'string';
  /** The minimum length in UTF-16 units, as Java counts. */
  readonly min?: number;
  readonly max?: number;
  /**
   * The regular expression that the whole string must match, even if it has no `^` and `$`. It is written as AWS prints
   * it.
   */
  readonly pattern?: string;
  /** The allowed values of an enum, in the order in which AWS prints them. */
  readonly values?: readonly string[];
}

export interface NumberShape {
  readonly type: 'integer' | 'long';
  readonly min?: number;
  readonly max?: number;
}

export interface BooleanShape {
  readonly type: 'boolean';
}

export interface BlobShape {
  readonly type: 'blob';
  /** The minimum length in bytes. */
  readonly min?: number;
  readonly max?: number;
}

export interface ListShape {
  readonly type: 'list';
  readonly item: Shape;
  readonly min?: number;
  readonly max?: number;
}

export type Member = readonly [name: string, shape: Shape, required?: true];

export interface StructureShape {
  readonly type: 'structure';
  /**
   * The members in the order of the AWS model. If several members are invalid, the error is about the first one in this
   * order.
   */
  readonly members: readonly Member[];
}

export type Shape = StringShape | NumberShape | BooleanShape | BlobShape | ListShape | StructureShape;

/** The facts about a service that do not belong to one operation. */
export interface ServiceFacts {
  /** The version of the AWS API of the service, which is a date such as `2020-10-30`. */
  readonly apiVersion: string;
}

/** The names of the members that an operation uses for paging. */
export interface Pages {
  readonly inputToken: string;
  readonly outputToken: string;
  readonly limitKey: string;
  /** The paths, with dots, of the lists in the output that have the items of a page. */
  readonly resultKeys: readonly string[];
}
