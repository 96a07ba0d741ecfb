/**
 * Runs a registry in a Web Worker. The worker calls `runRegistry(registry)`. A page calls `connectRegistry(worker)`, and
 * gets an object with `fetch` and the methods of the registry.
 */

export { type ConnectOptions, connectRegistry, type RegistryWorker } from './page/connect-registry.ts';
export type {
  ConnectedBase,
  ConnectedBlob,
  ConnectedDistribution,
  ConnectedInterception,
  ConnectedRegistry,
} from './page/connected-registry.ts';
export { type RunOptions, runRegistry } from './worker/run-registry.ts';
export type { ImageTar, RunnableRegistry } from './worker/runnable.ts';
