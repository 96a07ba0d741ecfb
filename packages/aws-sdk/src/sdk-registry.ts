import type { EngineBase } from '@coracle/core';
import type { AwsJsonDoor } from '@coracle/fetch-handler';

/** A registry in this thread, such as the result of `createRegistry()` or `createEngine()`. */
export type LocalRegistry = Pick<EngineBase, 'invoke' | 'services' | 'accountId' | 'region'>;

/** A registry in another thread, such as the result of `connectRegistry()`, which answers whole requests of the SDK. */
export interface AnsweringRegistry extends Pick<EngineBase, 'accountId' | 'region'> {
  readonly answerAwsJson: AwsJsonDoor['answer'];
}

/** The members of a registry that `awsSdk()` uses. */
export type SdkRegistry = LocalRegistry | AnsweringRegistry;
