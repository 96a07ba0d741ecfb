import type * as Ecr from './generated/ecr.ts';
import * as ecr from './generated/ecr-facts.ts';
import { inputs as ecrInputs } from './generated/ecr-inputs.ts';
import type * as EcrPublic from './generated/ecr-public.ts';
import * as ecrPublic from './generated/ecr-public-facts.ts';
import { inputs as ecrPublicInputs } from './generated/ecr-public-inputs.ts';
import type { Pages, ServiceFacts, StructureShape } from './shape.ts';

/** What each operation of each service takes and answers. */
export interface Services {
  'ecr-public': EcrPublic.Operations;
  ecr: Ecr.Operations;
}

export type Service = keyof Services;

/** An operation that Coracle has. */
export type OperationName<S extends Service = Service> = S extends Service ? keyof Services[S] & string : never;

/** What the operation takes. */
export type InputOf<S extends Service, O extends keyof Services[S]> = Services[S][O] extends { input: infer Input }
  ? Input
  : never;

/** What the operation answers. */
export type OutputOf<S extends Service, O extends keyof Services[S]> = Services[S][O] extends { output: infer Output }
  ? Output
  : never;

export const serviceFacts: Readonly<Record<Service, ServiceFacts>> = { 'ecr-public': ecrPublic.facts, ecr: ecr.facts };

/** Which operations are paged, and by which members. Of the whole service, as the service's model has it. */
export const pagination: Readonly<Record<Service, Readonly<Record<string, Pages>>>> = {
  'ecr-public': ecrPublic.pagination,
  ecr: ecr.pagination,
};

const inputs: Readonly<Record<Service, Readonly<Record<string, StructureShape>>>> = {
  'ecr-public': ecrPublicInputs,
  ecr: ecrInputs,
};

const others: Readonly<Record<Service, readonly string[]>> = {
  'ecr-public': ecrPublic.otherOperations,
  ecr: ecr.otherOperations,
};

/** The names of all operations of the service, those that Coracle has not got yet too. */
export const operationNames = (service: Service): string[] =>
  [...Object.keys(inputs[service]), ...others[service]].sort();

/** Whether Coracle has the operation. */
export const hasOperation = <S extends Service>(service: S, name: string): name is OperationName<S> =>
  Object.hasOwn(inputs[service], name);

/** Whether the service has the operation, but Coracle has not got it yet. */
export const lacksOperation = (service: Service, name: string): boolean => others[service].includes(name);

/** The shape of an operation's input, or `undefined` where Coracle has no such operation. */
export const inputShape = (service: Service, operation: string): StructureShape | undefined =>
  hasOperation(service, operation) ? inputs[service][operation] : undefined;

const blobs = new WeakMap<StructureShape, readonly (readonly string[])[]>();

/** Where an operation's input has bytes, which in JSON are base64: `[['catalogData', 'logoImageBlob']]`. */
export function blobMembers(service: Service, operation: string): readonly (readonly string[])[] {
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
