import { registryWorker } from '@coracle/registry/cloudflare';

export { CoracleRegistry } from '@coracle/registry/cloudflare';

export default registryWorker({ createOnPush: true });
