import { describe, expect, it, vi } from 'vitest';
import { listByPosition } from '../test-support/list-faults.ts';
import { LaggingStorage, MapStorage } from '../test-support/map-storage.ts';
import { ContractBroken, leftovers, type Outcome, type StorageUnderTest, storageRules } from './index.ts';

const largestPiece = 100_000;
const reading = 'getMany answers in the order asked, with undefined where there is no record';
const racing = 'of twenty commits that create one record exactly one succeeds';

async function checkAll(subject: StorageUnderTest): Promise<Map<string, Outcome>> {
  const outcomes = new Map<string, Outcome>();
  for (const rule of storageRules({ largestPiece, ...subject })) outcomes.set(rule.name, await rule.check());
  return outcomes;
}

function rule(subject: StorageUnderTest, name: string) {
  const found = storageRules({ largestPiece, ...subject }).find((each) => each.name === name);
  if (found === undefined) throw new Error(`There is no rule called ${name}.`);
  return found;
}

function broken(outcome: Outcome | undefined): unknown {
  return outcome?.outcome === 'broken' ? outcome.error : outcome;
}

describe('the list of rules', () => {
  it('has a name of its own for every rule', () => {
    const names = storageRules({ open: async () => new MapStorage() }).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('is kept whole by the plainest storage that keeps the contract', async () => {
    let storage = new MapStorage();
    const subject = { open: async () => (storage = new MapStorage()), reopen: async () => storage };
    for (const [name, outcome] of await checkAll(subject))
      expect({ name, outcome }).toEqual({ name, outcome: { outcome: 'kept' } });
  });

  it('is kept by a storage that hands out a `resume` and looks at `after` all the same', async () => {
    const open = async () => {
      const storage = new MapStorage();
      listByPosition(storage, String, () => false);
      return storage;
    };
    const outcomes = await checkAll({ open });
    expect([...outcomes].filter(([, { outcome }]) => outcome === 'broken')).toEqual([]);
  });

  it('is judged on a storage that lags, once it is told when writes have settled', async () => {
    let storage = new LaggingStorage();
    const outcomes = await checkAll({
      open: async () => (storage = new LaggingStorage()),
      reopen: async () => storage,
      settle: async () => storage.settle(),
    });
    expect([...outcomes].filter(([, { outcome }]) => outcome === 'broken')).toEqual([]);
    const notApplicable = [...outcomes].filter(([, { outcome }]) => outcome === 'notApplicable').map(([name]) => name);
    expect(notApplicable).toContain(racing);
    expect(notApplicable).toContain('a read that starts after a commit was acknowledged sees it');
    expect(notApplicable).toContain('a commit that throws over one of its writes has written none of them');
    expect(notApplicable.length).toBe(12);
  });

  it('refuses to judge a storage that lags without being told when writes have settled', async () => {
    const outcome = await rule({ open: async () => new LaggingStorage() }, reading).check();
    expect(String(broken(outcome))).toMatch(/freshReads: false can be tested only with the function `settle`/);
  });

  it('does not let a storage state fewer guarantees than its tests expect', async () => {
    const subject = {
      open: async () => new LaggingStorage(),
      settle: async () => {},
      guarantees: { atomicCommit: true, freshReads: true, remote: false },
    };
    const outcome = await rule(subject, 'the guarantees are stated, and are the ones expected').check();
    expect(String(broken(outcome))).toMatch(/states the guarantees .*"atomicCommit":false/);
  });
});

describe('a rule that does not apply', () => {
  const withoutAtomicCommit = async () => {
    const storage = new MapStorage();
    storage.records.guarantees.atomicCommit = false;
    return storage;
  };

  it('says why', async () => {
    const why = 'the storage states guarantees.atomicCommit: false';
    expect(await rule({ open: withoutAtomicCommit }, racing).check()).toEqual({ outcome: 'notApplicable', why });
  });

  it('skips itself through the context that a runner passes, be it an object or a function', async () => {
    for (const context of [{ skip: vi.fn() }, Object.assign(() => {}, { skip: vi.fn() })]) {
      await rule({ open: withoutAtomicCommit }, racing).run(context);
      expect(context.skip).toHaveBeenCalledWith(expect.stringContaining('guarantees.atomicCommit: false'));
    }
  });

  it('is reported by name on the console where the runner passes no context', async () => {
    const info = vi.spyOn(console, 'info').mockImplementation(() => {});
    await rule({ open: withoutAtomicCommit }, racing).run();
    expect(info).toHaveBeenCalledWith(expect.stringContaining(racing));
    info.mockRestore();
  });

  it('declares no parameter, which jest would take for a callback', () => {
    expect(rule({ open: withoutAtomicCommit }, racing).run.length).toBe(0);
  });
});

describe('the teardown', () => {
  it('breaks every rule that leaves a record behind', async () => {
    const storage = new MapStorage();
    const { commit } = storage.records;
    storage.records.commit = async ({ remove: _ignored, ...change }) => commit(change);
    const outcome = await rule({ open: async () => storage }, reading).check();
    expect(broken(outcome)).toBeInstanceOf(ContractBroken);
    expect(String(broken(outcome))).toMatch(/still listed \["many\/a","many\/b","many\/c"\] when all was removed/);
  });

  it('breaks every rule that leaves a piece behind', async () => {
    const storage = new MapStorage();
    storage.bytes.remove = async () => {};
    const outcome = await rule(
      { open: async () => storage },
      'an empty piece comes back empty, and is not taken for none',
    ).check();
    expect(String(broken(outcome))).toMatch(/still had the piece/);
  });

  it('empties a storage that all rules share even after a broken rule', async () => {
    const storage = new MapStorage();
    const { getMany } = storage.records;
    storage.records.getMany = async () => [];
    const shared = { open: async () => storage };
    expect((await rule(shared, reading).check()).outcome).toBe('broken');
    expect([await leftovers(storage), storage.pieces.size]).toEqual([[], 0]);
    storage.records.getMany = getMany;
    expect(await rule(shared, reading).check()).toEqual({ outcome: 'kept' });
  });

  it('leaves a storage alone that was not empty', async () => {
    const storage = new MapStorage();
    await storage.records.commit({ put: [{ key: 'precious', version: '1', value: 'data' }] });
    const outcome = await rule({ open: async () => storage }, reading).check();
    expect(String(broken(outcome))).toMatch(/open\(\) returned a storage that already has the key "precious"/);
    expect(await leftovers(storage)).toEqual(['precious']);
  });

  it('closes and destroys after a kept, a broken and an inapplicable rule', async () => {
    const closed = vi.fn(async () => {});
    const destroy = vi.fn(async () => {});
    const open = async () => Object.assign(new MapStorage(), { close: closed });
    await rule({ open, destroy }, reading).check();
    const empty = async () => {
      const storage = await open();
      storage.records.getMany = async () => [];
      return storage;
    };
    await rule({ open: empty, destroy }, reading).check();
    await rule(
      { open, destroy },
      'records, versions and pieces are there after a reopening, and what was removed is not',
    ).check();
    expect([closed.mock.calls.length, destroy.mock.calls.length]).toEqual([3, 3]);
  });

  it('reports a storage that does not open or cannot be destroyed as a broken rule', async () => {
    const failing = async () => {
      throw new Error('disk full');
    };
    expect(String(broken(await rule({ open: failing }, reading).check()))).toBe('Error: disk full');
    const undestroyed = rule({ open: async () => new MapStorage(), destroy: failing }, reading);
    await expect(undestroyed.run()).rejects.toThrow('disk full');
  });
});
