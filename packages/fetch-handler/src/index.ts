/**
 * Serves an engine of Coracle: `createFetchHandler(engine)` is one function from a Request to a Response, for both
 * services' AWS JSON protocol and for `/v2/`. `awsJsonDoor(engine)` is the AWS protocol alone, without HTTP.
 */
export { type CallerFacts, callerOf } from './aws-json/caller.ts';
export {
  type AwsJsonAnswer,
  type AwsJsonDoor,
  type AwsJsonDoorOptions,
  type AwsJsonRequest,
  awsJsonDoor,
} from './aws-json/door.ts';
export { findTarget, type Target, targetOf } from './aws-json/target.ts';
export { earlyRefusal } from './early-refusal.ts';
export { createFetchHandler, type FetchHandler } from './fetch-handler.ts';
export { isAwsHost } from './hosts.ts';
export type { CorsOptions, FetchHandlerOptions, ServedEngine } from './options.ts';
export { type OriginFacts, type OriginRule, originRefusal } from './origins.ts';
export { type Failure, isNetworkError, logError, type OnError, type Reveal, revealer } from './reveal.ts';
export type { QueuedRequest } from './sendable.ts';
export { statusOf } from './statuses.ts';
export { textAnswer } from './text.ts';
export type { Quirks } from './v2/front.ts';
