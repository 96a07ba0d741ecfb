import type { EngineBase } from '@coracle/core';

/**
 * The members of a registry that `awsSdk()` uses. The results of `createRegistry()` and `createEngine()` have these
 * members.
 */
export type SdkRegistry = Pick<EngineBase, 'invoke' | 'services' | 'accountId' | 'region'>;
