/**
 * This file has the types of the data that is generated from the AWS models: the shapes of inputs, and facts about
 * services.
 */

export interface StringShape {
  readonly type: 'string';
  /** The minimum length of the string in UTF-16 code units, as `length` counts them in Java and JavaScript. */
  readonly min?: number;
  readonly max?: number;
  /**
   * The regular expression that the whole string must match, even if the expression has no `^` and `$`. Error texts of
   * AWS contain the expression in exactly this form.
   */
  readonly pattern?: string;
  /** The allowed values of an enum, in the order in which the error texts of AWS list them. */
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
  /** The minimum length of the blob in bytes. */
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
   * The members of the structure, in the order of the AWS model. Members are checked in this order, and only the first
   * invalid member is reported.
   */
  readonly members: readonly Member[];
}

export type Shape = StringShape | NumberShape | BooleanShape | BlobShape | ListShape | StructureShape;

/** The facts about an AWS service as a whole, not about a single operation. */
export interface ServiceFacts {
  /** The version of the service's AWS API, which is a date such as `2020-10-30`. */
  readonly apiVersion: string;
}

/** The names of the members that an operation uses for paging. */
export interface Pages {
  readonly inputToken: string;
  readonly outputToken: string;
  readonly limitKey: string;
  /**
   * The paths of the lists in the output that contain the items of a page. A dot separates the names in a path, as in
   * `imageScanFindings.findings`.
   */
  readonly resultKeys: readonly string[];
}
