import { registryWorker } from '@coracle/registry/cloudflare';
import { kvStorage } from '@coracle/registry/storage-cloudflare-kv';

export { CoracleRegistry } from '@coracle/registry/cloudflare';

const options = { createOnPush: true };
const workers = {
  usual: registryWorker(options),
  renamed: registryWorker({ ...options, bindings: { registry: 'OBJECTS', pieces: 'CONTENT' } }),
  kv: registryWorker({
    ...options,
    storage: ({ IMAGES }: { IMAGES: Parameters<typeof kvStorage>[0] }) => kvStorage(IMAGES),
  }),
};

export default {
  fetch: (request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> =>
    workers[env['WORKER'] as keyof typeof workers].fetch(request, env),
};
