/**
 * The parts of a registry that tests need. `withTestHelpers(createEngine({ storage, services }))` can seed it, take and
 * restore snapshots, and intercept calls. `buildImage()` makes images from a few bytes.
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
