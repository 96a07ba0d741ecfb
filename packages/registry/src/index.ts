/**
 * A container registry that runs inside of a program. It has the APIs of Amazon ECR Public and Amazon ECR, and the OCI
 * distribution protocol (`/v2/`). `createRegistry()` creates a registry.
 */

export {
  type CallOptions,
  type CreateRepositoryEvent,
  type DeleteEvent,
  type DeleteRepositoryEvent,
  type Ecr,
  type EcrPublic,
  type Engine,
  type Events,
  type EventType,
  type LimitOptions,
  type PageOptions,
  type PublicRegistrySettings,
  type PullEvent,
  type PushEvent,
  RegistryError,
  type RegistryEvent,
  type Storage,
} from '@coracle/core';
export {
  type ArtifactOptions,
  type BuiltBlob,
  type BuiltImage,
  buildArtifact,
  buildImage,
  buildIndex,
  type CallFailure,
  type Delay,
  type ExceptionFacts,
  type ImageOptions,
  type IndexOptions,
  type InterceptedName,
  type Interception,
  type InterceptOptions,
  type LayerContent,
  type NetworkFailure,
  networkError,
  type Platform,
  type Seed,
  type Seeded,
  type SeedImage,
  type SeenCall,
  type Snapshot,
  sequentialIds,
  snapshotFromJson,
  snapshotToJson,
  type TestHelpers,
} from '@coracle/core/testing';
export { createRegistry, type Registry, type RegistryOptions, registryOptionNames } from './registry.ts';
