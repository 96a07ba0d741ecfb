import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sequentialVersions } from '../../test-support/context.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';
import { Store } from './commit.ts';
import type { Change, ListRange, Storage } from './port.ts';
import type { Transaction } from './transaction.ts';

const storeOf = (storage: Storage) => new Store(() => storage, sequentialVersions());

function open() {
  const storage = watchedStorage(memoryStorage(), () => undefined);
  return { storage, store: storeOf(storage) };
}

/** Another writer, who knows nothing of the store. */
let writes = 0;
const write = (storage: Storage, key: string, value: string | number) =>
  storage.records.commit({ put: [{ key, value, version: `other-${writes++}` }] });

const increment = (store: Store, key: string) =>
  store.transact(async (transaction) => {
    const next = ((await transaction.read<number>(key)) ?? 0) + 1;
    transaction.put(key, next);
    return next;
  });

describe('a transaction', () => {
  it('answers with what the attempt does, and writes what it put', async () => {
    const { store } = open();
    expect(await increment(store, 'n')).toBe(1);
    expect(await store.get('n')).toBe(1);
  });

  it('reads what it has written itself', async () => {
    const { store } = open();
    await store.transact(async (transaction) => {
      transaction.put('a', 1);
      expect(await transaction.readMany(['a', 'b'])).toEqual([1, undefined]);
      transaction.put('a', 2);
      expect(await transaction.read('a')).toBe(2);
      transaction.remove('a');
      expect(await transaction.read('a')).toBeUndefined();
    });
    expect(await store.get('a')).toBeUndefined();
  });

  it('shows nothing of its writes before it is done', async () => {
    const { store } = open();
    await store.transact(async (transaction) => {
      transaction.put('a', 1);
      expect(await store.get('a')).toBeUndefined();
    });
    expect(await store.get('a')).toBe(1);
  });

  it('begins again when a record that it read has changed', async () => {
    const { storage, store } = open();
    await write(storage, 'n', 10);
    let attempts = 0;
    await store.transact(async (transaction) => {
      const n = (await transaction.read<number>('n')) ?? 0;
      if (attempts++ === 0) await write(storage, 'n', 20);
      transaction.put('n', n + 1);
    });
    expect([attempts, await store.get('n')]).toEqual([2, 21]);
  });

  it('begins again when a record that was not there has come, or one that was there has gone', async () => {
    const { storage, store } = open();
    await write(storage, 'goes', 1);
    let attempts = 0;
    const seen = await store.transact(async (transaction) => {
      const found = await transaction.readMany<number>(['comes', 'goes']);
      if (attempts === 0) await write(storage, 'comes', 1);
      if (attempts === 1) await storage.records.commit({ remove: ['goes'] });
      attempts++;
      transaction.put(
        'seen',
        found.map((one) => one ?? 0),
      );
      return found;
    });
    expect([attempts, seen]).toEqual([3, [1, undefined]]);
  });

  it('is held to what it read first, where it reads a record twice and it changes in between', async () => {
    const { storage, store } = open();
    await write(storage, 'n', 1);
    let attempts = 0;
    await store.transact(async (transaction) => {
      const first = await transaction.read<number>('n');
      if (attempts++ === 0) await write(storage, 'n', 2);
      const second = await transaction.read<number>('n');
      transaction.put('both', [first ?? 0, second ?? 0]);
    });
    expect(await store.get('both')).toEqual([2, 2]);
  });

  it('is not held to what it listed', async () => {
    const { storage, store } = open();
    let attempts = 0;
    await store.transact(async (transaction) => {
      await transaction.list({ prefix: '', limit: 10 });
      if (attempts++ === 0) await write(storage, 'new', 1);
      transaction.put('done', true);
    });
    expect(attempts).toBe(1);
  });

  it('passes an error through, and writes nothing', async () => {
    const { storage, store } = open();
    const broken = store.transact(async (transaction) => {
      await transaction.read('a');
      transaction.put('a', 1);
      throw new Error('refused');
    });
    await expect(broken).rejects.toThrow('refused');
    expect(await storage.contents()).toEqual({ records: {}, pieces: [] });
  });

  it('begins again when the error is about what has changed meanwhile', async () => {
    const { storage, store } = open();
    await write(storage, 'n', 1);
    let attempts = 0;
    const result = await store.transact(async (transaction) => {
      const n = await transaction.read<number>('n');
      if (attempts++ === 0) await write(storage, 'n', 2);
      if (n === 1) throw new Error('refused because of 1');
      return n;
    });
    expect([attempts, result]).toEqual([2, 2]);
  });

  it('hands writes to the storage in the order of the calls', async () => {
    const changes: Change[] = [];
    const inner = memoryStorage();
    const commit = async (change: Change) => {
      changes.push(change);
      return inner.records.commit(change);
    };
    await storeOf(storageWith(inner, { records: { commit } })).transact(async (transaction) => {
      await transaction.read('read');
      for (const key of ['c', 'a', 'b']) transaction.put(key, key);
      for (const key of ['z', 'y']) transaction.remove(key);
    });
    expect(changes).toEqual([
      {
        expect: [{ key: 'read', version: null }],
        put: [
          { key: 'c', value: 'c', version: 'v1' },
          { key: 'a', value: 'a', version: 'v2' },
          { key: 'b', value: 'b', version: 'v3' },
        ],
        remove: ['z', 'y'],
      },
    ]);
  });

  it('does not bother the storage where there is nothing to write', async () => {
    const storage = storageWith(memoryStorage(), {
      records: {
        commit: async () => {
          throw new Error('not to be called');
        },
      },
    });
    expect(await storeOf(storage).transact((transaction) => transaction.read('a'))).toBeUndefined();
  });
});

describe('many transactions on one record', () => {
  it('all succeed, each on what the one before left', async () => {
    const { store } = open();
    const results = await Promise.all(Array.from({ length: 200 }, () => increment(store, 'n')));
    expect(results.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    expect(await store.get('n')).toBe(200);
  });

  it('all succeed from several processes', async () => {
    const storage = memoryStorage();
    const stores = Array.from({ length: 4 }, (_, i) => {
      const versions = sequentialVersions();
      return new Store(
        () => storage,
        () => `${i}-${versions()}`,
      );
    });
    await Promise.all(stores.flatMap((store) => Array.from({ length: 25 }, () => increment(store, 'n'))));
    expect(await stores[0]?.get('n')).toBe(100);
  });

  it('do not hold up others, and an error in one does not stop the next', async () => {
    const { store } = open();
    const onlyFirst = () =>
      store.transact(async (transaction) => {
        if (((await transaction.read<number>('n')) ?? 0) > 0) throw new Error('not the first');
        transaction.put('n', 1);
      });
    const calls = [increment(store, 'n'), onlyFirst(), increment(store, 'n'), increment(store, 'm')];
    const outcomes = await Promise.allSettled(calls);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled', 'fulfilled']);
    expect(await store.getMany(['n', 'm'])).toEqual([2, 1]);
  });

  it('fail by Contention where others win every time, and write nothing', async () => {
    const inner = memoryStorage();
    let commits = 0;
    const storage = storageWith(inner, {
      records: {
        commit: async () => {
          commits++;
          return { ok: false, key: 'n' };
        },
      },
    });
    await expect(increment(storeOf(storage), 'n')).rejects.toMatchObject({
      name: 'Contention',
      message:
        'A record could not be changed, because other calls changed it during each of 24 attempts. Nothing was written. Try again.',
    });
    expect(commits).toBe(24);
    expect(await inner.records.getMany(['n'])).toEqual([undefined]);
  });
});

describe('transactions behind one that never ends, as that of a request that is no more', () => {
  /** Starts a transaction that loses to another writer. It tries again in its turn, and runs `inTurn` there. */
  function loser({ storage, store }: ReturnType<typeof open>, inTurn: () => Promise<void>): Promise<number> {
    let attempts = 0;
    return store.transact(async (transaction) => {
      const n = (await transaction.read<number>('n')) ?? 0;
      if (attempts++ === 0) await write(storage, 'n', n + 1);
      else await inTurn();
      transaction.put('n', n + 1);
      return n + 1;
    });
  }

  /** Somebody else's turn that never ends. */
  async function stuck(): Promise<ReturnType<typeof open>> {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const opened = open();
    await new Promise<void>((resolve) => {
      const never = () => new Promise<void>(() => resolve());
      void loser(opened, never);
    });
    return opened;
  }

  it('go on after a while, and one after the other', async () => {
    const opened = await stuck();
    let running = 0;
    const most: number[] = [];
    const waiting = Array.from({ length: 8 }, () =>
      loser(opened, async () => {
        most.push(++running);
        await Promise.resolve();
        running--;
      }),
    );
    const all = Promise.all(waiting);
    await vi.advanceTimersByTimeAsync(1900);
    expect(most).toEqual([]);
    await vi.advanceTimersByTimeAsync(200);
    expect(new Set(await all).size).toBe(8);
    expect(most).toEqual(most.map(() => 1));
    expect(vi.getTimerCount()).toBe(0);
  });

  it('do not wait for it a second time', async () => {
    const opened = await stuck();
    const first = loser(opened, async () => undefined);
    await vi.advanceTimersByTimeAsync(2100);
    await first;
    expect(await loser(opened, async () => undefined)).toBeGreaterThan(0);
  });
});

describe('a callback for after the commit', () => {
  it('is called once, when the writes are applied, also if the first attempt has lost', async () => {
    const { storage, store } = open();
    const seen: unknown[] = [];
    let attempts = 0;
    await store.transact(async (transaction) => {
      const n = (await transaction.read<number>('n')) ?? 0;
      if (attempts++ === 0) await write(storage, 'n', 20);
      transaction.put('n', n + 1);
      transaction.afterCommit(() => seen.push(n, storage.records.getMany(['n'])));
    });
    const [n, read] = seen as [number, ReturnType<Storage['records']['getMany']>];
    expect([seen.length, n, (await read)[0]?.value]).toEqual([2, 20, 21]);
  });

  it('is not called if nothing is written, or if the attempt or the storage fails', async () => {
    const inner = memoryStorage();
    const store = storeOf(
      storageWith(inner, { records: { commit: () => Promise.reject(new Error('the disk is full')) } }),
    );
    const after = vi.fn();
    const attempt = (act: (transaction: Transaction) => void) =>
      store.transact(async (transaction) => {
        transaction.afterCommit(after);
        act(transaction);
      });
    await attempt(() => undefined);
    await expect(attempt((transaction) => transaction.put('n', 1))).rejects.toThrow('the disk is full');
    const refuse = () => {
      throw new Error('refused');
    };
    await expect(attempt(refuse)).rejects.toThrow('refused');
    expect(after).not.toHaveBeenCalled();
  });
});

describe('discarded pieces', () => {
  async function withPiece() {
    const { storage, store } = open();
    await storage.bytes.put('piece', new Uint8Array(1));
    const pieces = async () => (await storage.contents()).pieces;
    return { storage, store, pieces };
  }
  const discardWith = (extra: (transaction: Transaction) => Promise<unknown>) => async (transaction: Transaction) => {
    transaction.put('done', true);
    transaction.discard(['piece']);
    await extra(transaction);
  };

  it('go once the writes are applied, and not before', async () => {
    const { store, pieces } = await withPiece();
    await store.transact(
      discardWith(async () => {
        expect(await pieces()).toEqual(['piece']);
      }),
    );
    expect(await pieces()).toEqual([]);
  });

  it('stay where the transaction fails', async () => {
    const { store, pieces } = await withPiece();
    await expect(store.transact(discardWith(() => Promise.reject(new Error('refused'))))).rejects.toThrow('refused');
    expect(await pieces()).toEqual(['piece']);
  });

  it('stay where an attempt that would discard them has lost', async () => {
    const { storage, store, pieces } = await withPiece();
    let attempts = 0;
    await store.transact(async (transaction) => {
      await transaction.read('n');
      transaction.put('done', true);
      if (attempts++ > 0) return;
      transaction.discard(['piece']);
      await write(storage, 'n', 1);
    });
    expect([attempts, await pieces()]).toEqual([2, ['piece']]);
  });

  it('that cannot be removed are no failure', async () => {
    const inner = memoryStorage();
    const storage = storageWith(inner, { bytes: { remove: () => Promise.reject(new Error('broken')) } });
    await storeOf(storage).transact(discardWith(async () => undefined));
    expect((await inner.records.getMany(['done']))[0]?.value).toBe(true);
  });
});

describe('a storage', () => {
  it('is opened once, at the first use', async () => {
    let opened = 0;
    const inner = memoryStorage();
    const store = new Store(async () => {
      opened++;
      return inner;
    }, sequentialVersions());
    expect(opened).toBe(0);
    await Promise.all([store.get('a'), store.get('b'), increment(store, 'n'), store.guarantees()]);
    expect(opened).toBe(1);
  });

  it('that fails to open is tried again at the next use', async () => {
    let tries = 0;
    const inner = memoryStorage();
    const store = new Store(() => {
      if (tries++ === 0) throw new Error('locked');
      return inner;
    }, sequentialVersions());
    await expect(store.get('a')).rejects.toThrow('locked');
    expect(await increment(store, 'n')).toBe(1);
  });

  it('that fails is told to the caller, who can try again', async () => {
    const inner = memoryStorage();
    let fails = true;
    const storage = storageWith(inner, {
      records: {
        commit: async (change) => {
          if (fails) throw new Error('disk full');
          return inner.records.commit(change);
        },
      },
    });
    const store = storeOf(storage);
    await expect(increment(store, 'n')).rejects.toThrow('disk full');
    fails = false;
    expect(await increment(store, 'n')).toBe(1);
  });

  it('is closed only if it was opened, also while it is opening', async () => {
    const closed: string[] = [];
    const storage = { ...memoryStorage(), close: async () => void closed.push('closed') };
    let letOpen = () => {};
    const store = new Store(
      () =>
        new Promise<Storage>((resolve) => {
          letOpen = () => resolve(storage);
        }),
      sequentialVersions(),
    );
    await store.close();
    expect(closed).toEqual([]);
    const reading = store.get('a');
    await Promise.resolve();
    const closing = store.close();
    letOpen();
    await Promise.all([reading, closing]);
    expect(closed).toEqual(['closed']);
  });

  it('is listed page by page, with the hint of the page before', async () => {
    const inner = memoryStorage();
    for (let i = 0; i < 2001; i++) await write(inner, `k/${String(i).padStart(4, '0')}`, i);
    await write(inner, 'l', 0);
    const ranges: ListRange[] = [];
    const storage = storageWith(inner, {
      records: {
        list: async (range) => {
          ranges.push(range);
          return { ...(await inner.records.list(range)), resume: `hint ${ranges.length}` };
        },
      },
    });
    const values: unknown[] = [];
    for await (const { value } of storeOf(storage).all('k/')) values.push(value);
    expect(values).toEqual(Array.from({ length: 2001 }, (_, i) => i));
    expect(ranges).toEqual([
      { prefix: 'k/', limit: 1000 },
      { prefix: 'k/', limit: 1000, after: 'k/0999', resume: 'hint 1' },
      { prefix: 'k/', limit: 1000, after: 'k/1999', resume: 'hint 2' },
    ]);
  });
});
