import type { EngineBase } from '@coracle/core';

/** The part of a registry that the SDK is answered from: what `createRegistry()` and `createEngine()` return has it. */
export type SdkRegistry = Pick<EngineBase, 'invoke' | 'services' | 'accountId' | 'region'>;
