export type { Env } from './bindings.ts';
export { CoracleRegistry } from './coracle-registry.ts';
export { type RegistryWorker, type RegistryWorkerOptions, registryWorker } from './registry-worker.ts';
