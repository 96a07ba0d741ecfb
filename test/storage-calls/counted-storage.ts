import type { Guarantees, Storage } from '@coracle/core';

/** A storage that counts its calls. */
export interface CountedStorage extends Storage {
  /** Runs something, and gives how many calls of the storage it made one after the other. Calls at once count as one. */
  count(run: () => Promise<unknown>): Promise<number>;
}

const nextTurn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** Counts the calls of a storage, which says of itself what `guarantees` say. */
export function countedStorage(inner: Storage, guarantees: Partial<Guarantees>): CountedStorage {
  let rounds = 0;
  let underWay = 0;
  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    if (underWay === 0) rounds++;
    underWay++;
    try {
      await nextTurn();
      return await call();
    } finally {
      underWay--;
    }
  };
  const { records, bytes } = inner;
  return {
    records: {
      guarantees: { ...records.guarantees, ...guarantees },
      getMany: (keys) => counted(() => records.getMany(keys)),
      list: (range) => counted(() => records.list(range)),
      commit: (change) => counted(() => records.commit(change)),
    },
    bytes: {
      maxBytes: bytes.maxBytes,
      put: (...of) => counted(() => bytes.put(...of)),
      get: (...of) => counted(() => bytes.get(...of)),
      remove: (...of) => counted(() => bytes.remove(...of)),
    },
    count: async (run) => {
      const before = rounds;
      await run();
      return rounds - before;
    },
  };
}
