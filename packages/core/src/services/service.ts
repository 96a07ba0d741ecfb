import type { OperationName, ServiceModel, ServiceName, validateInput } from '../model/index.ts';
import type { EcrFace } from '../operations/generated/ecr.ts';
import type { EcrPublicFace } from '../operations/generated/ecr-public.ts';
import type { Implementations } from '../operations/implementation.ts';

/** The operations of each service as methods. */
export interface Faces {
  'ecr-public': EcrPublicFace;
  ecr: EcrFace;
}

/** The property of an engine that has the methods of each service. */
interface Members {
  'ecr-public': 'ecrPublic';
  ecr: 'ecr';
}

/**
 * A service that an engine can have: `createEngine({ storage, services: [ecrPublic, ecr] })`. A bundle contains only
 * the services that are given.
 */
export type Service<N extends ServiceName = ServiceName> = N extends ServiceName ? ServiceOf<N> : never;

interface ServiceOf<N extends ServiceName> extends ServiceModel<N> {
  readonly title: string;
  /** The engine has its methods under this name: `engine.ecrPublic`. */
  readonly member: Members[N];
  /** The kind of registries that its repositories are in. */
  readonly registries: 'public' | 'private';
  /**
   * Copies the input of an operation, and checks the copy against the service's model.
   *
   * Each service brings this function, so that the bundle of an engine without services does not contain it.
   */
  readonly validate: typeof validateInput;
  readonly operations: Implementations<N>;
  /** The operations that exist in regions other than us-east-1. If it is undefined, all of them do. */
  readonly elsewhere?: ReadonlySet<OperationName<N>>;
}

/** The methods of an engine with these services. */
export type FacesOf<S extends readonly Service[]> = {
  readonly [One in S[number] as Members[One['name']]]: Faces[One['name']];
};
