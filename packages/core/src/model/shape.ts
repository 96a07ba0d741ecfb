/** The form of the generated data: what a service's input looks like, and the facts of a service. */

export interface StringShape {
  readonly type: 'string';
  /** In UTF-16 units, as Java counts. */
  readonly min?: number;
  readonly max?: number;
  /** As the service prints it. The whole string must match, whether or not the pattern says so. */
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
  /** In the order of the model: of several violations, the first is the one that is reported. */
  readonly members: readonly Member[];
}

export type Shape = StringShape | NumberShape | BooleanShape | BlobShape | ListShape | StructureShape;

/** What is known of a service as a whole. */
export interface ServiceFacts {
  /** The version of the service's API, a date. */
  readonly apiVersion: string;
}

/** How an operation is paged. */
export interface Pages {
  readonly inputToken: string;
  readonly outputToken: string;
  readonly limitKey: string;
  /** The lists that a page holds, as paths with dots. */
  readonly resultKeys: readonly string[];
}
