import type { OperationName, ServiceModel, ServiceName, validateInput } from '../model/index.ts';
import type { EcrFace } from '../operations/generated/ecr.ts';
import type { EcrPublicFace } from '../operations/generated/ecr-public.ts';
import type { Implementations } from '../operations/implementation.ts';

/** Maps the name of each service to the type of the object that has its operations as methods. */
export interface Faces {
  'ecr-public': EcrPublicFace;
  ecr: EcrFace;
}

/** Maps the name of each service to the property of an engine that has its methods, such as `engine.ecrPublic`. */
interface Members {
  'ecr-public': 'ecrPublic';
  ecr: 'ecr';
}

/**
 * A service of AWS that is passed to `createEngine({ storage, services: [ecrPublic, ecr] })`. A bundle contains only
 * the services that are passed.
 */
export type Service<N extends ServiceName = ServiceName> = N extends ServiceName ? ServiceOf<N> : never;

interface ServiceOf<N extends ServiceName> extends ServiceModel<N> {
  readonly title: string;
  /** The property of an engine that has the methods of this service, such as `ecrPublic` for `engine.ecrPublic`. */
  readonly member: Members[N];
  /** The kind of registries that hold the repositories of this service. */
  readonly registries: 'public' | 'private';
  /**
   * Copies the input of an operation, and checks the copy against the service's model.
   *
   * This function is a member of each service, so that the bundle of an engine without services does not contain it.
   */
  readonly validate: typeof validateInput;
  readonly operations: Implementations<N>;
  /** The operations that can be called in other regions than us-east-1. Undefined means that all operations can be. */
  readonly elsewhere?: ReadonlySet<OperationName<N>>;
}

/**
 * The properties that an engine has for its services, such as `ecrPublic` and `ecr`, with the methods of each service.
 */
export type FacesOf<S extends readonly Service[]> = {
  readonly [One in S[number] as Members[One['name']]]: Faces[One['name']];
};
