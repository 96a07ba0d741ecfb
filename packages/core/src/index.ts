/**
 * The engine of Coracle: operations of Amazon ECR Public and Amazon ECR, and the OCI distribution protocol.
 * `createEngine({ storage, services: [ecrPublic, ecr] })` creates a registry that keeps its data in `storage`.
 */

export { repositoryPolicies } from './access/decide.ts';
export { evaluatePolicy, isAllowed, type PolicyDecision } from './access/evaluate/evaluate.ts';
export type {
  PolicyCondition,
  PolicyDocument,
  PolicyPrincipals,
  PolicyStatement,
} from './access/evaluate/policy-document.ts';
export type { PolicyPrincipal, PolicyRequest } from './access/evaluate/policy-request.ts';
export type {
  AccountIdentity,
  AnonymousIdentity,
  Identity,
  Right,
  Scope,
  UserIdentity,
  Visitor,
} from './access/identity.ts';
export type { Address, HostPath, Place } from './access/place.ts';
export type { AccessCheck } from './access/policy.ts';
export { joinBytes } from './bytes.ts';
export { algorithmOf, type Digest, digestOf, isDigest } from './digest/digest.ts';
export { defaultHasher } from './digest/hasher.ts';
export { fromHex, hmac, sameText } from './digest/hmac.ts';
export { portableHasher } from './digest/portable-hasher.ts';
export type { Algorithm, Hasher, RunningHash } from './digest/running-hash.ts';
export type { LocatedBlob } from './distribution/blobs.ts';
export type { NamesPage } from './distribution/names.ts';
export { isOciTag } from './distribution/oci-tag.ts';
export type { Referrer, ReferrersJson, ReferrersPage } from './distribution/referrers.ts';
export type { StoredContent, Upload, UploadStatus } from './distribution/uploads.ts';
export type { Authorization, Grant } from './domain/authorization.ts';
export type {
  CreateRepositoryEvent,
  DeleteEvent,
  DeleteRepositoryEvent,
  EventType,
  PullEvent,
  PushEvent,
  RegistryEvent,
} from './domain/events.ts';
export type { Collected } from './domain/garbage/collect.ts';
export type { StoredManifest } from './domain/images/image.ts';
export {
  type Descriptor as ManifestDescriptor,
  isManifestType,
  type Manifest,
  readPushed as readManifest,
} from './domain/images/manifest.ts';
export { cutIntoPieces } from './domain/layers/cut-into-pieces.ts';
export type { ReadableLayer } from './domain/layers/layers.ts';
export { nextTurn } from './domain/next-turn.ts';
export { isRegion, kindOfHost, logoOrigin } from './domain/registries/addresses.ts';
export type { PublicRegistrySettings } from './domain/registries/settings.ts';
export { longestWait, Room } from './domain/room.ts';
export { type Content, chunksOf } from './engine/content.ts';
export { type AsyncDisposal, disposalBy } from './engine/disposal.ts';
export type { Distribution, PutManifest } from './engine/distribution-face.ts';
export { checkListener, type EventOf, type Events } from './engine/events.ts';
export { facesOf, type ServiceOutline } from './engine/faces.ts';
export { isIntercepted, type Loss, lossOf, markLoss } from './engine/intercepted.ts';
export { checkDuration, type EngineOptions, engineOptionNames, readSecrets } from './engine/options.ts';
export {
  type FailureOptions,
  invalidParameter,
  type OciCode,
  RegistryError,
  serialization,
  unknownOperation,
} from './errors.ts';
export { exceededBound, type JsonBounds } from './json-bounds.ts';
export { awsLimits, type LimitOptions, type Limits, type Quotas } from './limits.ts';
export {
  blobMembers,
  type Ecr,
  type EcrPublic,
  hasOperation,
  type InputOf,
  type OperationName,
  type OutputOf,
  operationNames,
  type ServiceName,
} from './model/index.ts';
export type { EcrFace } from './operations/generated/ecr.ts';
export type { EcrPublicFace } from './operations/generated/ecr-public.ts';
export type { CallInput, CallOptions, PageOptions } from './operations/implementation.ts';
export { randomUuid } from './random-uuid.ts';
export { createEngine, type Engine, type EngineBase } from './registry.ts';
export { ecr } from './services/ecr.ts';
export { ecrPublic } from './services/ecr-public.ts';
export type { FacesOf, Service } from './services/service.ts';

export type {
  ByteStore,
  Change,
  CommitResult,
  Expectation,
  Guarantees,
  Json,
  ListPage,
  ListRange,
  Mark,
  RecordStore,
  Storage,
  StoredRecord,
} from './storage/port.ts';
export { nearestWord, refuseUnknown } from './unknown-word.ts';
