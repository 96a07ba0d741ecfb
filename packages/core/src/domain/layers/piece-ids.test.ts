import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sequentialVersions } from '../../../test-support/context.ts';
import { testClock } from '../../../test-support/registry.ts';
import { storageWith } from '../../../test-support/storage.ts';
import { Store } from '../../storage/commit.ts';
import type { Change, Storage } from '../../storage/port.ts';
import { sequentialIds } from '../../testing/index.ts';
import { PieceIds } from './piece-ids.ts';

/** Ids on a storage whose commits the test may hold up. */
function idsOn(commit: (change: Change, inner: Storage) => ReturnType<Storage['records']['commit']>) {
  const inner = memoryStorage();
  const storage = storageWith(inner, { records: { commit: (change) => commit(change, inner) } });
  const leases = async () => (await inner.records.list({ prefix: 'lease/', limit: 10 })).entries.length;
  return { ids: new PieceIds(new Store(() => storage, sequentialVersions()), testClock(), sequentialIds()), leases };
}
const through = (change: Change, inner: Storage) => inner.records.commit(change);

describe('ids of pieces', () => {
  it('are all different, and written down once for many that ask at once', async () => {
    const { ids, leases } = idsOn(through);
    const given = await Promise.all(Array.from({ length: 50 }, () => ids.next()));
    expect(new Set(given).size).toBe(50);
    expect(await leases()).toBe(1);
  });

  it('are given though the request that writes them down is no more, and its call never ends', async () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    let commits = 0;
    const { ids, leases } = idsOn((change, inner) =>
      commits++ === 0 ? new Promise(() => {}) : through(change, inner),
    );
    void ids.next();
    const others = Promise.all([ids.next(), ids.next()]);
    await vi.advanceTimersByTimeAsync(2100);
    expect(new Set(await others).size).toBe(2);
    expect(await leases()).toBe(1);
  });

  it('are not given where they could not be written down', async () => {
    let fails = true;
    const { ids } = idsOn((change, inner) => (fails ? Promise.reject(new Error('away')) : through(change, inner)));
    const refused = await Promise.allSettled([ids.next(), ids.next()]);
    expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fails = false;
    expect(await ids.next()).toMatch(/-0$/);
  });

  it('are written down again once all that was stored has gone', async () => {
    const inner = memoryStorage();
    const storage = storageWith(inner, { records: { generation: 0 } });
    const ids = new PieceIds(new Store(() => storage, sequentialVersions()), testClock(), sequentialIds());
    const before = await ids.next();
    const { entries } = await inner.records.list({ prefix: 'lease/', limit: 10 });
    await inner.records.commit({ remove: entries.map(({ key }) => key) });
    Object.assign(storage.records, { generation: 1 });
    expect(await ids.next()).not.toBe(before);
    expect((await inner.records.list({ prefix: 'lease/', limit: 10 })).entries).toHaveLength(1);
  });
});
