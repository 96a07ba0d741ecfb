/**
 * The helpers for tests of programs that use a registry. `withTestHelpers(createEngine({ storage, services }))` returns
 * an engine with additional methods, which push images, take and restore snapshots, and intercept calls. `buildImage()`
 * builds small, valid images.
 */

export type { SeenCall } from '../engine/runner.ts';
export {
  type ArtifactOptions,
  type BuiltBlob,
  type BuiltImage,
  buildArtifact,
  buildImage,
  buildIndex,
  type ImageOptions,
  type IndexOptions,
  type LayerContent,
  type Platform,
} from './build-image.ts';
export type { CallFailure, ExceptionFacts } from './exceptions.ts';
export type { Delay, InterceptOptions } from './intercept-options.ts';
export type { Interception } from './interceptions.ts';
export { type NetworkFailure, networkError } from './network-error.ts';
export type { Seed, Seeded, SeedImage } from './seed.ts';
export { sequentialIds } from './sequential-ids.ts';
export type { Snapshot } from './snapshot.ts';
export { snapshotFromJson, snapshotToJson } from './snapshot-json.ts';
export { type InterceptedName, type TestHelpers, withTestHelpers } from './with-test-helpers.ts';
