import { type RegistryWorkerOptions, registryWorker } from '@coracle/registry/cloudflare';
import { accessFromEnv } from '@coracle/registry/fetch-handler';
import { counted } from '../../cloudflare/counted.ts';

export { CountedRegistry } from '../../cloudflare/counted.ts';

const options: RegistryWorkerOptions = {
  registryAlias: 'open',
  // A test moves this clock, so that it need not wait until a signature has expired.
  access(env) {
    if (env['ACCESS'] === 'open') return 'open';
    return { ...accessFromEnv(env), ...(env['NOW'] ? { clock: () => Number(env['NOW']) } : {}) };
  },
};
const workers = {
  yes: registryWorker({ ...options, createOnPush: true }),
  no: registryWorker(options),
};

export default counted((request, env) => workers[env['CREATE_ON_PUSH'] as keyof typeof workers].fetch(request, env));
