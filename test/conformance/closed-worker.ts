import { type RegistryWorkerOptions, registryWorker } from '@coracle/registry/cloudflare';
import { type KvNamespace, kvStorage } from '@coracle/storage-cloudflare-kv';

export { CoracleRegistry } from '@coracle/registry/cloudflare';

const options: RegistryWorkerOptions = { createOnPush: true, registryAlias: 'open' };
const workers = {
  object: registryWorker(options),
  kv: registryWorker({ ...options, storage: ({ KV }: { KV: KvNamespace }) => kvStorage(KV) }),
};

export default {
  fetch: (request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> =>
    workers[env['STORAGE'] as keyof typeof workers].fetch(request, env),
};
