import type * as Ecr from './generated/ecr.ts';
import type * as EcrPublic from './generated/ecr-public.ts';
import type { Pages, ServiceFacts, StructureShape } from './shape.ts';

/** Maps the name of each AWS service to the types of the inputs and outputs of its operations. */
export interface Services {
  'ecr-public': EcrPublic.Operations;
  ecr: Ecr.Operations;
}

/** The name of a service, in the form that IAM uses: `ecr-public` or `ecr`. */
export type ServiceName = keyof Services;

/** The name of an operation that Coracle implements, such as `PutImage`. */
export type OperationName<N extends ServiceName = ServiceName> = N extends ServiceName
  ? keyof Services[N] & string
  : never;

/** The type of the input of an operation of a service. */
export type InputOf<N extends ServiceName, O extends keyof Services[N]> = Services[N][O] extends { input: infer Input }
  ? Input
  : never;

/** The type of the output of an operation of a service. */
export type OutputOf<N extends ServiceName, O extends keyof Services[N]> = Services[N][O] extends {
  output: infer Output;
}
  ? Output
  : never;

/** The data about an AWS service. The data is generated from the AWS model of the service. */
export interface ServiceModel<N extends ServiceName = ServiceName> {
  readonly name: N;
  readonly facts: ServiceFacts;
  /** Maps each operation that Coracle implements to the shape of its input. */
  readonly inputs: Readonly<Record<string, StructureShape>>;
  /**
   * Maps the name of each operation that returns pages to the names of its members for paging, such as `nextToken`. The
   * map also contains operations that Coracle does not implement yet.
   */
  readonly pagination: Readonly<Record<string, Pages>>;
  /** The names of the operations of the AWS model that Coracle does not implement yet. */
  readonly otherOperations: readonly string[];
}

/** Returns the names of all operations of a service, including operations that Coracle does not implement yet. */
export const operationNames = ({ inputs, otherOperations }: ServiceModel): string[] =>
  [...Object.keys(inputs), ...otherOperations].sort();

/** Says whether Coracle implements this operation of a service. */
export const hasOperation = <N extends ServiceName>(
  { inputs }: ServiceModel<N>,
  name: string,
): name is OperationName<N> => Object.hasOwn(inputs, name);

/** Returns true if the AWS service has the operation, but Coracle does not implement the operation yet. */
export const lacksOperation = ({ otherOperations }: ServiceModel, name: string): boolean =>
  otherOperations.includes(name);

/** Returns the shape of the input of an operation, or undefined if Coracle does not implement the operation. */
export const inputShape = (service: ServiceModel, operation: string): StructureShape | undefined =>
  hasOperation(service, operation) ? service.inputs[operation] : undefined;

const blobs = new WeakMap<StructureShape, readonly (readonly string[])[]>();

/**
 * Returns the paths of all members of an operation's input whose values are bytes, such as `[['catalogData',
 * 'logoImageBlob']]`. In JSON, such values are written as base64.
 */
export function blobMembers(service: ServiceModel, operation: string): readonly (readonly string[])[] {
  const shape = inputShape(service, operation);
  if (shape === undefined) return [];
  const known = blobs.get(shape) ?? findBlobs(shape);
  blobs.set(shape, known);
  return known;
}

function findBlobs(shape: StructureShape): string[][] {
  return shape.members.flatMap(([name, member]) => {
    if (member.type === 'blob') return [[name]];
    return member.type === 'structure' ? findBlobs(member).map((path) => [name, ...path]) : [];
  });
}
