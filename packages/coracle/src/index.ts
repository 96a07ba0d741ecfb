/**
 * A container registry light enough to carry: Amazon ECR Public, Amazon ECR and the OCI distribution protocol
 * (`/v2/`), in process. `createRegistry()` makes one.
 */

export {
  type ArtifactOptions,
  type BuiltBlob,
  type BuiltImage,
  buildArtifact,
  buildImage,
  buildIndex,
  type CallOptions,
  type Ecr,
  type EcrPublic,
  type Engine,
  type ImageOptions,
  type IndexOptions,
  type Interception,
  type InterceptOptions,
  type LayerContent,
  type LimitOptions,
  type PageOptions,
  type Platform,
  type PublicRegistrySettings,
  RegistryError,
  type Seed,
  type Seeded,
  type SeedImage,
  type SeenCall,
  type Snapshot,
  type Storage,
  sequentialIds,
} from '@coracle/core';
export { createRegistry, type Registry, type RegistryOptions } from './registry.ts';
