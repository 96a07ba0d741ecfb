/**
 * Serves an engine of Coracle over HTTP. `createFetchHandler(engine)` makes a function from Request to Response that
 * answers the AWS JSON protocol and `/v2/`. `serveFaces(engine, { faces: [v2()] })` makes a function from Request to
 * Response with only the given protocol handlers. `awsJsonDoor(engine)` answers the AWS JSON protocol without HTTP.
 */

export { closed } from './access/closed-gate.ts';
export { accessFromEnv, accessSettings, type FromEnvOptions } from './access/from-env.ts';
export type { Access, AccessKey, AccessOptions, FindKey, JwtOptions, User } from './access/options.ts';
export { type CallerFacts, callerOf } from './aws-json/caller.ts';
export {
  type AwsJsonAnswer,
  type AwsJsonDoor,
  type AwsJsonDoorOptions,
  type AwsJsonRequest,
  awsJsonDoor,
} from './aws-json/door.ts';
export { awsJson } from './aws-json/face.ts';
export { findTarget, type Target, targetOf } from './aws-json/target.ts';
export { earlyRefusal } from './early-refusal.ts';
export type { About, ClientFacts, Face, Route, Serving } from './face.ts';
export { createFetchHandler } from './fetch-handler.ts';
export { home } from './home.ts';
export { isAwsHost, isLoopback } from './hosts.ts';
export { logos } from './logo.ts';
export { type FetchHandlerOptions, fetchHandlerOptionNames, type ServeFacesOptions } from './options.ts';
export { type OriginFacts, type OriginRule, originRefusal } from './origins.ts';
export {
  type Failure,
  isNetworkError,
  logError,
  type OnError,
  type Reveal,
  revealer,
  revealInProcess,
} from './reveal.ts';
export type { QueuedRequest } from './sendable.ts';
export { type FetchHandler, serveFaces } from './serve-faces.ts';
export type { CorsOptions, GateMaker, Quirks, ServedEngine, Settings } from './settings.ts';
export {
  readSignature,
  type Signature,
  type SignatureClaims,
  type SignatureOptions,
} from './sigv4/read-signature.ts';
export type { SignedRequest } from './sigv4/request.ts';
export { type SecretKey, type VerifySignatureOptions, verifySignature } from './sigv4/verify-signature.ts';
export { statusOf } from './statuses.ts';
export { textAnswer } from './text.ts';
export { v2 } from './v2/face.ts';
