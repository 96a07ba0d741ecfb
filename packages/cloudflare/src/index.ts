/**
 * A registry on Cloudflare: `export default registryWorker()` and `export { CoracleRegistry }` are a whole Worker. The
 * module can be imported only in workerd, because it imports `cloudflare:workers`. In Node, the import fails with
 * ERR_UNSUPPORTED_ESM_URL_SCHEME.
 */

export type { Env } from './bindings.ts';
export { CoracleRegistry } from './coracle-registry.ts';
export type { RegistryWorkerOptions } from './options.ts';
export { type RegistryWorker, registryWorker } from './registry-worker.ts';
