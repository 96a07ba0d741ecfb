import { createRegistry, type Registry, type Storage } from '@coracle/registry';
import { memoryStorage } from '@coracle/registry/storage-memory';

export interface GatedEnv {
  /** Answers when the test lets it. */
  readonly GATE: { fetch(url: string): Promise<unknown> };
}

/** In this isolate's memory, but every call waits for an answer from outside first, as one of KV does. */
function gatedStorage({ GATE }: GatedEnv): Storage {
  const { records, bytes } = memoryStorage();
  const pass = (call: string, what: readonly string[]) => GATE.fetch(`http://gate/${call}/${what.join(' ')}`);
  return {
    records: {
      guarantees: records.guarantees,
      getMany: async (keys) => {
        await pass('getMany', keys);
        return records.getMany(keys);
      },
      list: async (range) => {
        await pass('list', [range.prefix]);
        return records.list(range);
      },
      commit: async (change) => {
        const writes = change.put?.map(({ key }) => key) ?? [];
        await pass('commit', [...writes, ...(change.remove ?? [])]);
        return records.commit(change);
      },
    },
    bytes: {
      maxBytes: bytes.maxBytes,
      put: async (id, piece) => {
        await pass('put', [id]);
        await bytes.put(id, piece);
      },
      get: async (id) => {
        await pass('get', [id]);
        return bytes.get(id);
      },
      remove: async (ids) => {
        await pass('remove', ids);
        await bytes.remove(ids);
      },
    },
  };
}

let registry: Registry | undefined;

/** One registry for all requests of the isolate, as a Worker has it. */
export default {
  fetch(request: Request, env: GatedEnv): Promise<Response> {
    registry ??= createRegistry({ storage: () => gatedStorage(env) });
    return registry.fetch(request);
  },
};
