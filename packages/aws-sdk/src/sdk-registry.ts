import type { EngineBase } from '@coracle/core';

/** The members of a registry that `awsSdk()` uses. The results of `createRegistry()` and `createEngine()` have them. */
export type SdkRegistry = Pick<EngineBase, 'invoke' | 'services' | 'accountId' | 'region'>;
