import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import { privateAt } from '../../../test-support/private.ts';
import { digestOf, emptyRegistry, hour, minute, refusalOf, streamOf } from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import type { Guarantees } from '../../index.ts';

/** A registry on a storage that promises this; `meanwhile` is run before its next commit. */
async function open(guarantees: Guarantees) {
  const inner = memoryStorage();
  const state: { meanwhile?: (() => Promise<void>) | undefined; breaksAfter?: number } = {};
  const storage = watchedStorage(
    storageWith(inner, {
      records: {
        guarantees,
        commit: async (change) => {
          const run = state.meanwhile;
          state.meanwhile = undefined;
          await run?.();
          const { breaksAfter } = state;
          if (breaksAfter === undefined) return inner.records.commit(change);
          const { put, remove = [], ...rest } = change;
          await inner.records.commit({ ...rest, ...(put ? { put } : {}), remove: remove.slice(0, breaksAfter) });
          throw new Error('the rest was not written');
        },
      },
    }),
  );
  const registry = emptyRegistry({ storage, limits: { minPartBytes: 1 } });
  await registry.ecr.createRepository({ repositoryName: 'team/web' });
  const at = await privateAt(registry, 'team/web');
  const start = async (...texts: string[]) => {
    const { uploadId } = await registry.distribution.startUpload(at);
    for (const text of texts) await registry.distribution.appendToUpload(at, uploadId, streamOf(text));
    return uploadId;
  };
  const append = (uploadId: string, text: string) => registry.distribution.appendToUpload(at, uploadId, streamOf(text));
  const collect = async () => (await registry.engine.collectGarbage({ grace: 0 })).uploads;
  const left = async () => Object.keys((await storage.contents()).records).filter((key) => key.startsWith('upload/'));
  return { registry, storage, state, at, start, append, collect, left };
}

const stores: Guarantees[] = [
  { atomicCommit: true, freshReads: true, remote: false },
  { atomicCommit: false, freshReads: true, remote: false },
  { atomicCommit: false, freshReads: false, remote: true },
];

describe.each(stores)('an upload in a store of $atomicCommit, $freshReads', (guarantees) => {
  const lag = guarantees.freshReads ? 0 : 10 * minute;

  it('goes with its parts once it has stored nothing for an hour, and none goes before', async () => {
    const { registry, start, append, collect, left, storage } = await open(guarantees);
    const [empty, kept, idle] = [await start(), await start('one'), await start('one', 'two')];
    registry.clock.advance(hour - 1);
    await append(kept, 'two');
    expect(await collect()).toBe(0);
    registry.clock.advance(1 + lag);
    expect(await collect()).toBe(2);
    expect((await left()).map((key) => key.split('/')[2])).toEqual([kept, kept, kept]);
    for (const uploadId of [empty, idle]) {
      expect((await refusalOf(append(uploadId, 'x'))).name).toBe('UploadNotFoundException');
    }
    if (guarantees.atomicCommit) await expectConsistent(storage);
    expect((await append(kept, 'three')).size).toBe(11);
  });

  it('goes a day after it was started, whatever it has stored', async () => {
    const { registry, start, append, collect, left } = await open(guarantees);
    const uploadId = await start();
    for (let halves = 1; halves < 48; halves++) {
      registry.clock.advance(hour / 2);
      await append(uploadId, 'x');
      expect(await collect()).toBe(0);
    }
    registry.clock.advance(hour / 2);
    expect(await collect()).toBe(1);
    expect(await left()).toEqual([]);
  });
});

it('an upload that grows while it is about to be removed stays', async () => {
  const { registry, state, start, collect, at } = await open({ atomicCommit: true, freshReads: true, remote: false });
  const uploadId = await start('one');
  registry.clock.advance(hour - 1);
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  // A body that comes slowly: it was asked for in time.
  const slow = async function* () {
    await arrived;
    yield* streamOf('two');
  };
  const asked = new Promise<void>((resolve) => {
    const content = {
      [Symbol.asyncIterator]: () => {
        resolve();
        return slow();
      },
    };
    const appended = registry.distribution.appendToUpload(at, uploadId, content);
    state.meanwhile = async () => {
      arrive();
      await appended;
    };
  });
  await asked;
  registry.clock.advance(1);
  expect(await collect()).toBe(0);
  const digest = await digestOf('onetwo');
  expect(await registry.distribution.finishUpload(at, uploadId, digest)).toEqual({ digest, size: 6 });
});

describe('a leftover of a removal that broke off', () => {
  it.each(stores.slice(1))('goes later (fresh reads: $freshReads), and a layer keeps its bytes', async (guarantees) => {
    const { registry, state, start, collect, left, at } = await open(guarantees);
    const { distribution } = registry;
    const uploadId = await start('one', 'two', 'three');
    const digest = await digestOf('onetwothree');
    state.breaksAfter = 2;
    await refusalOf(distribution.finishUpload(at, uploadId, digest));
    delete state.breaksAfter;
    expect(await left()).toHaveLength(2);
    if (!guarantees.freshReads) {
      registry.clock.advance(24 * hour);
      expect(await collect()).toBe(0);
      expect(await left()).toHaveLength(2);
      registry.clock.advance(10 * minute);
    }
    expect(await collect()).toBe(0);
    expect(await left()).toEqual([]);
    // The bytes are the layer's.
    await distribution.putBlob(at, digest, streamOf('onetwothree'));
    for await (const _ of (await distribution.getBlob(at, digest)).read());
  });
});
