export type { Env } from './bindings.ts';
export { CoracleRegistry } from './coracle-registry.ts';
export type { RegistryWorkerOptions } from './options.ts';
export { type RegistryWorker, registryWorker } from './registry-worker.ts';
