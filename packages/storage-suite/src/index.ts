export { leftovers, type StorageUnderTest } from './bench.ts';
export { ContractBroken } from './contract.ts';
export { engineRules } from './engine-rules.ts';
export { type LaggingKv, type LaggingKvOptions, type LaggingNamespace, laggingKv } from './lagging-kv.ts';
export type { Outcome, Rule } from './rule.ts';
export { storageRules } from './storage-rules.ts';
