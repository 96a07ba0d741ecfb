import type * as Ecr from './generated/ecr.ts';
import type * as EcrPublic from './generated/ecr-public.ts';
import type { Pages, ServiceFacts, StructureShape } from './shape.ts';

/** What each operation of each service takes and answers. */
export interface Services {
  'ecr-public': EcrPublic.Operations;
  ecr: Ecr.Operations;
}

/** As IAM writes it. */
export type ServiceName = keyof Services;

/** An operation that Coracle has. */
export type OperationName<N extends ServiceName = ServiceName> = N extends ServiceName
  ? keyof Services[N] & string
  : never;

/** What the operation takes. */
export type InputOf<N extends ServiceName, O extends keyof Services[N]> = Services[N][O] extends { input: infer Input }
  ? Input
  : never;

/** What the operation answers. */
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
  /** Which operations are paged, and by which members. Of the whole service, as the service's model has it. */
  readonly pagination: Readonly<Record<string, Pages>>;
  /** The operations that Coracle does not have yet. */
  readonly otherOperations: readonly string[];
}

/** Gives the names of all operations of the service, those that Coracle does not have yet too. */
export const operationNames = ({ inputs, otherOperations }: ServiceModel): string[] =>
  [...Object.keys(inputs), ...otherOperations].sort();

/** Whether Coracle has the operation. */
export const hasOperation = <N extends ServiceName>(
  { inputs }: ServiceModel<N>,
  name: string,
): name is OperationName<N> => Object.hasOwn(inputs, name);

/** Whether the service has the operation, but Coracle does not have it yet. */
export const lacksOperation = ({ otherOperations }: ServiceModel, name: string): boolean =>
  otherOperations.includes(name);

/** Gives the shape of an operation's input; undefined if Coracle does not have the operation. */
export const inputShape = (service: ServiceModel, operation: string): StructureShape | undefined =>
  hasOperation(service, operation) ? service.inputs[operation] : undefined;

const blobs = new WeakMap<StructureShape, readonly (readonly string[])[]>();

/** Where an operation's input has bytes, which in JSON are base64: `[['catalogData', 'logoImageBlob']]`. */
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
