/** The form of the generated data: the shapes of a service's inputs, and the facts of a service. */

export interface StringShape {
  readonly type: 'string';
  /** In UTF-16 units, as Java counts. */
  readonly min?: number;
  readonly max?: number;
  /** The pattern as the service prints it. The whole string must match, even if the pattern does not say so. */
  readonly pattern?: string;
  /** An enum's values, in the order that the service prints them. */
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
  /** In bytes. */
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
  /** The members in the order of the model. Of several violations, the first in this order is reported. */
  readonly members: readonly Member[];
}

export type Shape = StringShape | NumberShape | BooleanShape | BlobShape | ListShape | StructureShape;

/** The facts of a service as a whole. */
export interface ServiceFacts {
  /** The version of the service's API, a date. */
  readonly apiVersion: string;
}

/** The members that page an operation. */
export interface Pages {
  readonly inputToken: string;
  readonly outputToken: string;
  readonly limitKey: string;
  /** The lists that a page holds, as paths with dots. */
  readonly resultKeys: readonly string[];
}
