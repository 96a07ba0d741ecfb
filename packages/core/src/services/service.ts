import type { OperationName, ServiceModel, ServiceName, validateInput } from '../model/index.ts';
import type { EcrFace } from '../operations/generated/ecr.ts';
import type { EcrPublicFace } from '../operations/generated/ecr-public.ts';
import type { Implementations } from '../operations/implementation.ts';

/**
 * Maps the name of each AWS service to the type of an object. The methods of this object are the operations of the
 * service.
 */
export interface Faces {
  'ecr-public': EcrPublicFace;
  ecr: EcrFace;
}

/**
 * Maps the name of each AWS service to the name of a property of the engine. For example, the methods of the service
 * `ecr-public` are in `engine.ecrPublic`.
 */
interface Members {
  'ecr-public': 'ecrPublic';
  ecr: 'ecr';
}

/**
 * The implementation of an AWS service. A program passes services to `createEngine({ storage, services: [ecrPublic,
 * ecr] })`. If the program is bundled, the bundle contains only the services that the program passes.
 */
export type Service<N extends ServiceName = ServiceName> = N extends ServiceName ? ServiceOf<N> : never;

interface ServiceOf<N extends ServiceName> extends ServiceModel<N> {
  readonly title: string;
  /**
   * The name of the engine's property with the methods of this service. For example, the name `ecrPublic` stands for
   * the property `engine.ecrPublic`.
   */
  readonly member: Members[N];
  /**
   * Whether the repositories of this service are in public or in private registries: `public` for Amazon ECR Public,
   * `private` for Amazon ECR.
   */
  readonly registries: 'public' | 'private';
  /**
   * Copies the input of an operation, and checks the copy against the AWS model of the service.
   *
   * This function is a member of each service, so that the bundle of a program without services does not contain the
   * function.
   */
  readonly validate: typeof validateInput;
  readonly operations: Implementations<N>;
  /**
   * The names of the operations that can be called in every region. All other operations can be called only in
   * us-east-1. If this member is undefined, all operations can be called in every region.
   */
  readonly elsewhere?: ReadonlySet<OperationName<N>>;
}

/**
 * The properties of an engine for the AWS services `S`, such as `ecrPublic` and `ecr`. Each property has the operations
 * of one service as methods.
 */
export type FacesOf<S extends readonly Service[]> = {
  readonly [One in S[number] as Members[One['name']]]: Faces[One['name']];
};
