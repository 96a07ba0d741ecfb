import { registryWorker } from '@coracle/registry/cloudflare';

export { CoracleRegistry } from '@coracle/registry/cloudflare';

type Fetch = (request: Request, env: Readonly<Record<string, unknown>>) => Promise<Response>;

/** The Worker, made at the first request, because only the test knows the origin of its page. */
let worker: { readonly fetch: Fetch } | undefined;

export default {
  fetch: ((request, env) => {
    worker ??= registryWorker({ cors: { origins: [String(env['ORIGIN'])] } });
    return worker.fetch(request, env);
  }) satisfies Fetch,
};
