import { type RegistryWorkerOptions, registryWorker } from '@coracle/registry/cloudflare';

const returned = { '/storage/': { storage: () => undefined }, '/access/': { access: () => undefined } };
const workers = Object.entries(returned).map(
  ([path, options]) =>
    [path, registryWorker({ access: 'open', ...options } as unknown as RegistryWorkerOptions)] as const,
);

let refused = '';
try {
  registryWorker({ regon: 'eu-west-1' } as RegistryWorkerOptions);
} catch (error) {
  refused = String(error);
}

export default {
  async fetch(request: Request, env: Record<string, unknown>): Promise<Response> {
    const { pathname } = new URL(request.url);
    const [, worker] = workers.find(([path]) => path === pathname) ?? [];
    return worker ? worker.fetch(request, env) : new Response(refused);
  },
};
