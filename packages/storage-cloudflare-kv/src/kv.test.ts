import type { Storage } from '@coracle/core';
import { engineRules, type LaggingKv, laggingKv, storageRules } from '@coracle/storage-suite';
import { describe, expect, it } from 'vitest';
import { minute, promptKv, record, start, storageIn } from '../test-support/storage.ts';
import { kvStorage } from './index.ts';

/** A storage of its own for every rule, in one place of a KV that lags. */
function lagging(seed: number) {
  let kv: LaggingKv;
  return {
    open: async () => {
      kv = laggingKv({ seed, start });
      return storageIn(kv);
    },
    settle: async () => kv.settle(),
    guarantees: { atomicCommit: false, freshReads: false, remote: true },
  };
}

describe.each([1, 2, 3])('on a KV that lags (seed %i)', (seed) => {
  describe('the contract', () => {
    for (const rule of storageRules(lagging(seed))) it(rule.name, rule.run);
  });

  describe('the engine', () => {
    for (const rule of engineRules(lagging(seed))) it(rule.name, rule.run);
  });
});

/** States guarantees that the storage does not state, but keeps within one isolate. */
const stating = (storage: Storage): Storage => ({
  ...storage,
  records: {
    guarantees: { atomicCommit: true, freshReads: true, remote: true },
    getMany: (keys) => storage.records.getMany(keys),
    list: (range) => storage.records.list(range),
    commit: (change) => storage.records.commit(change),
  },
});

describe.each([1, 2, 3])('within one isolate, however much KV lags (seed %i), commits do not race', (seed) => {
  const subject = { open: async () => stating(storageIn(laggingKv({ seed, start }))) };
  const races = storageRules(subject).filter(({ name }) => /twenty|sees it|that throws/.test(name));
  it('as these seven rules say', () => expect(races).toHaveLength(7));
  for (const rule of races) it(rule.name, rule.run);
});

describe('its options', () => {
  const kv = promptKv();

  it('are refused where they cannot be meant', () => {
    expect(() => kvStorage(undefined as never)).toThrow(/needs a KV namespace: env\.REGISTRY/);
    expect(() => kvStorage({} as never)).toThrow(TypeError);
    for (const prefix of ['x'.repeat(17), 'ü', 'a\n']) {
      expect(() => kvStorage(kv.at('ams'), { prefix })).toThrow(/prefix must be at most 16 printable ASCII characters/);
    }
  });

  it('let two registries share a namespace by their prefixes', async () => {
    const [one, other] = [storageIn(kv, 'ams', 'one/'), storageIn(kv, 'ams', 'other/')];
    await one.records.commit({ put: [record('a', 1)] });
    await other.records.commit({ put: [record('a', 2), record('b', 2)] });
    await one.bytes.put('piece', Uint8Array.of(1));
    expect((await one.records.list({ prefix: '', limit: 10 })).entries).toMatchObject([{ key: 'a', value: 1 }]);
    expect(await other.bytes.get('piece')).toBeUndefined();
    expect(kv.names()).toEqual(['one/a', 'one/¶piece', 'other/a', 'other/b']);
  });

  it('leave room for every key of the engine beside the longest prefix', async () => {
    const storage = storageIn(kv, 'ams', 'x'.repeat(16));
    // A tag of 300 characters on an image by sha512: see keys.ts of core.
    const key = 'pushed/'.padEnd(496, 'k');
    expect(await storage.records.commit({ put: [record(key)] })).toEqual({ ok: true });
    await expect(storage.records.commit({ put: [record(`${key}k`)] })).rejects.toThrow(/of which the prefix takes 16/);
  });
});

describe('kvStorage refuses with a reason', () => {
  const kv = promptKv();
  const { records, bytes } = storageIn(kv);

  it.each([
    ['k'.repeat(513), 1, /\(513 characters\): a key of KV is 1 to 512 bytes/],
    ['', 1, /0 characters/],
    ['ké', 1, /printable ASCII/],
    ['.', 1, /cannot put a record under "\."/],
    ['large', 'x'.repeat(65_536), /65538 bytes of JSON under "large": keep the value to 65536 bytes/],
    ['nothing', undefined as never, /cannot put a record under "nothing" whose value is of the type undefined: use/],
  ])('the record %.20j, and then writes nothing', async (key, value, says) => {
    await expect(records.commit({ put: [record('fine'), { ...record(key), value }] })).rejects.toThrow(says);
    expect(kv.names()).toEqual([]);
  });

  it('a piece of more than 25 MiB', async () => {
    await expect(bytes.put('huge', new Uint8Array(bytes.maxBytes + 1))).rejects.toThrow(
      'kvStorage cannot put 26214401 bytes under "huge": cut them into pieces of at most 26214400 bytes.',
    );
  });

  it('a namespace that holds other things', async () => {
    for (const [nth, text] of ['not JSON', '"JSON"', '{"v":1}', '{"v":"1","t":1}'].entries()) {
      await kv.at('ams').put(`other${nth}`, text);
      await expect(records.getMany([`other${nth}`])).rejects.toThrow(
        `kvStorage found a value under "other${nth}" that it has not written: give it a KV namespace of its own`,
      );
    }
    await expect(records.list({ prefix: '', limit: 1 })).rejects.toThrow('found a value under "other0"');
  });

  it('a key that KV cannot have is that of no record', async () => {
    const impossible = ['k'.repeat(513), '', '.', '..', 'ü'];
    expect(await records.getMany(impossible)).toEqual(impossible.map(() => undefined));
    const expect0 = impossible.map((key) => ({ key, version: null }));
    expect(await records.commit({ expect: expect0, remove: impossible })).toEqual({ ok: true });
  });
});

describe('a key that was written less than a second ago', () => {
  it('is written when KV takes it', async () => {
    const kv = promptKv();
    const { records } = storageIn(kv);
    const begun = kv.now();
    for (const value of [1, 2, 3]) await records.commit({ put: [record('hot', value)] });
    expect(await records.getMany(['hot'])).toMatchObject([{ value: 3 }]);
    await records.commit({ remove: ['hot'] });
    expect(kv.names()).toEqual([]);
    expect(kv.now() - begun).toBe(3000);
  });

  it('is given up in the end, and the refusal says how far the commit had come', async () => {
    const kv = promptKv();
    const namespace = kv.at('ams');
    // Somebody else writes it all the time.
    const wait = async (milliseconds: number) => {
      kv.advance(milliseconds);
      await namespace.put('hot', '{"v":"theirs","t":0,"d":0}');
    };
    const { records } = kvStorage(namespace, { clock: kv.now, wait });
    await namespace.put('hot', '{"v":"theirs","t":0,"d":0}');
    await expect(records.commit({ put: [record('first'), record('hot'), record('last')] })).rejects.toThrow(
      'kvStorage could not put the record "hot", write 2 of 3: KV allows one write a second for each key',
    );
    expect(kv.names()).toEqual(['first', 'hot']);
  });
});

describe('an isolate whose request has ended in the midst of a commit', () => {
  it('lets others wait for it, but not for long', async () => {
    const kv = promptKv();
    const namespace = kv.at('ams');
    let calls = 0;
    const stuck = {
      get: namespace.get.bind(namespace),
      list: namespace.list.bind(namespace),
      delete: namespace.delete.bind(namespace),
      put: (...of: Parameters<typeof namespace.put>) =>
        ++calls === 2 ? new Promise<void>(() => {}) : namespace.put(...of),
    } as typeof namespace;
    const wait = async (milliseconds: number) => kv.advance(milliseconds);
    const { records } = kvStorage(stuck, { clock: kv.now, wait });
    void records.commit({ put: [record('a', 'lost'), record('b', 'lost')] });
    // So that it has come to its second write.
    while (calls < 2) await Promise.resolve();
    kv.advance(minute / 60);
    expect(await records.commit({ put: [record('b', 'kept')] })).toEqual({ ok: true });
    expect(await records.getMany(['a', 'b'])).toMatchObject([{ value: 'lost' }, { value: 'kept' }]);
    expect(kv.now() - start).toBeLessThan(10_000);
  });
});
