import { createRegistry, type Registry } from '@coracle/registry';
import { type KvNamespace, kvStorage } from '@coracle/storage-cloudflare-kv';
import { durableObjectStorage } from '@coracle/storage-durable-object';

export { CoracleRecords } from '@coracle/storage-durable-object';

interface Env {
  readonly STORAGE: 'durable object' | 'kv';
  readonly ALIAS: string;
  readonly KV: KvNamespace;
  readonly RECORDS: Parameters<typeof durableObjectStorage>[0];
  readonly BUCKET: Parameters<typeof durableObjectStorage>[1]['pieces'];
}

let registry: Registry | undefined;

export default {
  fetch(request: Request, { STORAGE, ALIAS, KV, RECORDS, BUCKET }: Env): Promise<Response> {
    registry ??= createRegistry({
      storage: STORAGE === 'kv' ? kvStorage(KV) : durableObjectStorage(RECORDS, { pieces: BUCKET }),
      registryAlias: ALIAS,
      createOnPush: true,
    });
    return registry.fetch(request);
  },
};
