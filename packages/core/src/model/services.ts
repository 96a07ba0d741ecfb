import type * as Ecr from './generated/ecr.ts';
import type * as EcrPublic from './generated/ecr-public.ts';
import type { Pages, ServiceFacts, StructureShape } from './shape.ts';

/** The inputs and outputs of each operation of each service. */
export interface Services {
  'ecr-public': EcrPublic.Operations;
  ecr: Ecr.Operations;
}

/** The name of a service, as IAM writes it. */
export type ServiceName = keyof Services;

/** An operation that Coracle has. */
export type OperationName<N extends ServiceName = ServiceName> = N extends ServiceName
  ? keyof Services[N] & string
  : never;

/** The input of an operation. */
export type InputOf<N extends ServiceName, O extends keyof Services[N]> = Services[N][O] extends { input: infer Input }
  ? Input
  : never;

/** The output of an operation. */
export type OutputOf<N extends ServiceName, O extends keyof Services[N]> = Services[N][O] extends {
  output: infer Output;
}
  ? Output
  : never;

/** A service as its model describes it. */
export interface ServiceModel<N extends ServiceName = ServiceName> {
  readonly name: N;
  readonly facts: ServiceFacts;
  /** The inputs of the operations that Coracle has. */
  readonly inputs: Readonly<Record<string, StructureShape>>;
  /**
   * The operations that are paged, with the members that page them. It has all operations of the service's model, also
   * those that Coracle does not have yet.
   */
  readonly pagination: Readonly<Record<string, Pages>>;
  /** The operations that Coracle does not have yet. */
  readonly otherOperations: readonly string[];
}

/** Gives the names of all operations of the service, including those that Coracle does not have yet. */
export const operationNames = ({ inputs, otherOperations }: ServiceModel): string[] =>
  [...Object.keys(inputs), ...otherOperations].sort();

/** Says whether Coracle has the operation. */
export const hasOperation = <N extends ServiceName>(
  { inputs }: ServiceModel<N>,
  name: string,
): name is OperationName<N> => Object.hasOwn(inputs, name);

/** Says whether the service has the operation, but Coracle does not have it yet. */
export const lacksOperation = ({ otherOperations }: ServiceModel, name: string): boolean =>
  otherOperations.includes(name);

/** Gives the shape of an operation's input; undefined if Coracle does not have the operation. */
export const inputShape = (service: ServiceModel, operation: string): StructureShape | undefined =>
  hasOperation(service, operation) ? service.inputs[operation] : undefined;

const blobs = new WeakMap<StructureShape, readonly (readonly string[])[]>();

/**
 * Gives the paths of the bytes in an operation's input, which are base64 in JSON: `[['catalogData', 'logoImageBlob']]`.
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
