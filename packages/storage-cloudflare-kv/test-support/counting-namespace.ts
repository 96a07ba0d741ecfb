import type { LaggingNamespace } from '@coracle/storage-suite';

type Operation = 'get' | 'put' | 'delete' | 'list';

/** One call to KV. */
export interface Counted {
  readonly operation: Operation;
  /** The names that were asked for; of a list its prefix. */
  readonly names: readonly string[];
  /** 1 for what was begun before any other call had ended, 2 for what was begun after one of those had, and so on. */
  readonly round: number;
}

/** A binding that writes down what it is asked for, and how often one had to wait for KV. */
export function countingNamespace(inner: LaggingNamespace) {
  let calls: Counted[] = [];
  let rounds = 0;
  const counted =
    (operation: Operation, call: (...of: never[]) => Promise<unknown>) =>
    async (...of: never[]) => {
      const round = rounds + 1;
      const [asked] = of as unknown as [string | string[] | { prefix: string }];
      const names = typeof asked === 'string' ? [asked] : Array.isArray(asked) ? asked : [asked.prefix];
      calls.push({ operation, names, round });
      try {
        return await call.apply(inner, of);
      } finally {
        rounds = Math.max(rounds, round);
      }
    };
  const namespace = {
    get: counted('get', inner.get),
    put: counted('put', inner.put),
    delete: counted('delete', inner.delete),
    list: counted('list', inner.list),
  } as unknown as LaggingNamespace;
  return {
    namespace,
    /** Returns the calls since the last time: their number by operation, and their rounds. */
    taken() {
      const count = (operation: Operation) => calls.filter((call) => call.operation === operation).length;
      const reads = calls.filter(({ operation }) => operation === 'get').flatMap(({ names }) => names).length;
      const taken = {
        calls,
        rounds,
        gets: count('get'),
        /** The keys that were read. KV bills them. */
        reads,
        puts: count('put'),
        deletes: count('delete'),
        lists: count('list'),
      };
      calls = [];
      rounds = 0;
      return taken;
    },
  };
}
