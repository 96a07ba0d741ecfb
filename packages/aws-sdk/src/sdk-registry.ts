import type { EngineBase } from '@coracle/core';

/** The part of a registry that answers the SDK. The results of `createRegistry()` and `createEngine()` have it. */
export type SdkRegistry = Pick<EngineBase, 'invoke' | 'services' | 'accountId' | 'region'>;
