/**
 * The engine of Coracle: every operation of Amazon ECR Public, Amazon ECR and the OCI distribution
 * protocol, over a storage of your choice. `createEngine({ storage })` makes a registry.
 */
export { createEngine, type Engine } from './registry.ts';
export type { EngineOptions } from './engine/options.ts';
export type { Distribution } from './engine/distribution.ts';
export type { Interception, InterceptOptions, SeenCall } from './engine/interceptions.ts';
export type { Snapshot } from './engine/snapshot.ts';
export type { EcrFace } from './operations/generated/ecr.ts';
export type { EcrPublicFace } from './operations/generated/ecr-public.ts';
export type { CallOptions, PageOptions } from './operations/implementation.ts';

export { invalidParameter, RegistryError, serialization, unknownOperation, type OciCode, type OciFace } from './errors.ts';
export { awsLimits, type LimitOptions, type Limits, type Quotas } from './limits.ts';
export {
  blobMembers,
  hasOperation,
  operationNames,
  serviceFacts,
  type Ecr,
  type EcrPublic,
  type InputOf,
  type OperationName,
  type OutputOf,
  type Service,
} from './model/index.ts';

export type { Address } from './distribution/address.ts';
export type { Authorization } from './domain/authorization.ts';
export type { StoredManifest } from './domain/images.ts';
export type { ReadableLayer } from './domain/layers.ts';
export type { PublicRegistrySettings } from './domain/registries.ts';
export { isDigest, type Digest } from './digest/digest.ts';
export { defaultHasher, portableHasher, type Algorithm, type Hasher, type RunningHash } from './digest/hasher.ts';

export {
  buildArtifact,
  buildImage,
  buildIndex,
  type ArtifactOptions,
  type BuiltBlob,
  type BuiltImage,
  type ImageOptions,
  type IndexOptions,
  type LayerContent,
  type Platform,
} from './fixtures/build-image.ts';
export type { Seed, Seeded, SeedImage } from './fixtures/seed.ts';
export { sequentialIds } from './fixtures/sequential-ids.ts';

export type {
  ByteStore,
  Change,
  CommitResult,
  Expectation,
  Guarantees,
  Json,
  ListPage,
  ListRange,
  RecordStore,
  Storage,
  StoredRecord,
} from './storage/port.ts';
