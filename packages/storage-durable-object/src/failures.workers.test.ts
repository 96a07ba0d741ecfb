import { abortAllDurableObjects, env, runInDurableObject } from 'cloudflare:test';
import type { Change } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { durableObjectStorage, type RecordsNamespace } from './index.ts';

let names = 0;

/** Opens a storage on an object of its own. The test controls the network in between. */
function setUp() {
  const name = `failures ${names++}`;
  const waits: number[] = [];
  const calls: string[] = [];
  const lines: ((method: string, call: () => Promise<unknown>) => Promise<unknown>)[] = [];
  const namespace: RecordsNamespace = {
    idFromName: (id) => env.RECORDS.idFromName(id),
    get(id: never) {
      const stub = env.RECORDS.get(id) as unknown as Record<string, (...input: unknown[]) => Promise<unknown>>;
      const method =
        (called: string) =>
        (...input: unknown[]) => {
          calls.push(called);
          const line = lines.shift() ?? ((_, call) => call());
          return line(called, () => stub[called]?.(...input) ?? Promise.reject(new Error(called)));
        };
      return { getMany: method('getMany'), list: method('list'), commit: method('commit') };
    },
  };
  const storage = (records: RecordsNamespace) =>
    durableObjectStorage(records, {
      pieces: env.BUCKET,
      name,
      wait: async (milliseconds) => void waits.push(milliseconds),
    });
  const stub = () => env.RECORDS.get(env.RECORDS.idFromName(name));
  const direct = storage(env.RECORDS).records;
  const read = async (key: string) => (await direct.getMany([key]))[0]?.value;
  return { records: storage(namespace).records, direct, read, stub, waits, calls, next: lines };
}

const failure = (message: string, marks: object) => Object.assign(new Error(message), marks);
const lost = () => failure('Network connection lost.', { retryable: true });

/** The object does its work, and its answer does not come. */
const loseAnswer = async (_: string, call: () => Promise<unknown>) => {
  await call();
  throw lost();
};
const loseCall = async () => {
  throw lost();
};

const put = (key: string, version: string, value: number, expected?: string | null): Change => ({
  ...(expected === undefined ? {} : { expect: [{ key, version: expected }] }),
  put: [{ key, version, value }],
});

describe('a commit whose answer is lost', () => {
  it('has succeeded where it was applied, and is applied once', async () => {
    const { records, read, next, calls } = setUp();
    next.push(loseAnswer);
    expect(await records.commit(put('a', 'v1', 1, null))).toEqual({ ok: true });
    expect(await read('a')).toBe(1);
    expect(calls).toEqual(['commit', 'commit']);
  });

  it('is applied where it was not', async () => {
    const { records, read, next, waits } = setUp();
    next.push(loseCall, loseCall, loseCall);
    expect(await records.commit(put('a', 'v1', 1, null))).toEqual({ ok: true });
    expect(await read('a')).toBe(1);
    expect(waits.map((wait) => wait > 0)).toEqual([true, true, true]);
    expect(waits[2]).toBeGreaterThan(waits[0] ?? 0);
  });

  it('takes nothing back that others have written since', async () => {
    const { records, direct, read, next } = setUp();
    await direct.commit(put('a', 'v1', 1));
    next.push(async (_, call) => {
      await call();
      await direct.commit(put('a', 'v3', 3, 'v2'));
      throw lost();
    });
    expect(await records.commit(put('a', 'v2', 2, 'v1'))).toEqual({ ok: false, key: 'a' });
    expect(await read('a')).toBe(3);
  });

  it('has succeeded where others have written over a part of it', async () => {
    const { records, direct, read, next } = setUp();
    next.push(async (_, call) => {
      await call();
      await direct.commit(put('a', 'v3', 3, 'v1'));
      throw lost();
    });
    const both = { put: [...(put('a', 'v1', 1).put ?? []), ...(put('b', 'v2', 2).put ?? [])] };
    expect(await records.commit({ expect: [{ key: 'a', version: null }], ...both })).toEqual({ ok: true });
    expect([await read('a'), await read('b')]).toEqual([3, 2]);
  });

  it('has succeeded where all that it removes is gone', async () => {
    const { records, direct, next } = setUp();
    await direct.commit(put('a', 'v1', 1));
    next.push(loseAnswer);
    expect(await records.commit({ expect: [{ key: 'a', version: 'v1' }], remove: ['a'] })).toEqual({ ok: true });
  });

  it('holds what it only expects', async () => {
    const { records, next } = setUp();
    next.push(loseAnswer);
    expect(await records.commit({ expect: [{ key: 'a', version: 'v1' }] })).toEqual({ ok: false, key: 'a' });
  });

  it('names the record that is not as expected, as it would the first time', async () => {
    const { records, direct, next } = setUp();
    await direct.commit(put('a', 'v1', 1));
    next.push(loseAnswer);
    expect(await records.commit(put('a', 'v2', 2, null))).toEqual({ ok: false, key: 'a' });
  });
});

describe('a call that fails', () => {
  it('is tried again where that may pass', async () => {
    const { records, direct, next } = setUp();
    await direct.commit(put('a', 'v1', 1));
    next.push(loseCall, loseAnswer);
    expect(await records.getMany(['a'])).toEqual([{ key: 'a', version: 'v1', value: 1 }]);
    next.push(loseCall);
    expect(await records.list({ prefix: '', limit: 10 })).toMatchObject({ entries: [{ key: 'a' }] });
  });

  it('is given up after the fourth time, in a sentence', async () => {
    const { records, next, calls } = setUp();
    next.push(loseCall, loseCall, loseCall, loseCall);
    await expect(records.getMany(['a'])).rejects.toThrow(
      'durableObjectStorage cannot read 1 records: Network connection lost.',
    );
    expect(calls).toHaveLength(4);
  });

  it('is not tried again where the object is overloaded', async () => {
    const { records, next, calls } = setUp();
    const overloaded = failure('Durable Object is overloaded.', { overloaded: true, retryable: true });
    next.push(() => Promise.reject(overloaded));
    await expect(records.list({ prefix: '', limit: 1 })).rejects.toThrow(
      'durableObjectStorage cannot list the records under "": Durable Object is overloaded. Try again later.',
    );
    expect(calls).toHaveLength(1);
  });

  it('is not tried again where it would fail again', async () => {
    const { records, next, calls } = setUp();
    next.push(() => Promise.reject(failure('Something else.', { remote: true })));
    await expect(records.commit(put('a', 'v1', 1))).rejects.toMatchObject({
      name: 'Error',
      message: 'durableObjectStorage cannot write 1 and remove 0 records: Something else.',
    });
    expect(calls).toHaveLength(1);
  });

  it.each([
    ['database or disk is full: SQLITE_FULL', /write 1 and remove 0 records: .* 10 GB/],
    [
      'Exceeded allowed rows written in Durable Objects free tier.',
      /free tier\. .* in a day\. It is back at 00:00 UTC/,
    ],
  ])('is not tried again if there is no room, and is called so: %s', async (told, says) => {
    const { records, next, calls } = setUp();
    next.push(() => Promise.reject(failure(told, { remote: true })));
    await expect(records.commit(put('a', 'v1', 1))).rejects.toMatchObject({
      name: 'QuotaExceededError',
      message: expect.stringMatching(says),
      cause: { message: told },
    });
    expect(calls).toHaveLength(1);
  });

  it('of the day is no want of room if it only reads', async () => {
    const { records, next } = setUp();
    next.push(() => Promise.reject(failure('Exceeded allowed rows read in Durable Objects free tier.', {})));
    await expect(records.getMany(['a'])).rejects.toMatchObject({
      name: 'Error',
      message: expect.stringMatching(/back at 00:00 UTC/),
    });
  });
});

describe('an object that is reset', () => {
  it('in the midst of calls answers them, and has all that was acknowledged', async () => {
    const { direct, stub } = setUp();
    const acknowledged: string[] = [];
    const writing = Array.from({ length: 40 }, async (_, i) => {
      if (i % 10 === 5) {
        await runInDurableObject(stub(), (_, state) => state.abort('reset')).catch(() => undefined);
        return;
      }
      const { ok } = await direct.commit(put(`k${i}`, `v${i}`, i, null));
      if (ok) acknowledged.push(`k${i}`);
    });
    await Promise.all(writing);
    expect(acknowledged).toHaveLength(36);
    const { entries } = await direct.list({ prefix: 'k', limit: 100 });
    expect(entries.map(({ key }) => key)).toEqual(acknowledged.sort());
  });

  it('has its records when it is there again', async () => {
    const { direct, read } = setUp();
    await direct.commit(put('a', 'v1', 1));
    await abortAllDurableObjects();
    expect(await read('a')).toBe(1);
  });

  it('says that a newer version has written it', async () => {
    const { direct, stub } = setUp();
    await direct.commit(put('a', 'v1', 1));
    await runInDurableObject(stub(), (_, state) => state.storage.sql.exec('UPDATE schema SET version = 2'));
    await abortAllDurableObjects();
    await expect(direct.getMany(['a'])).rejects.toThrow(
      /written by a newer version of Coracle: .* Deploy the newer version/,
    );
  });
});

describe('a change that is larger than a message of RPC', () => {
  const values = Array.from({ length: 450 }, (_, i) => ({
    key: `large/${String(i).padStart(3, '0')}`,
    version: `v${i}`,
    value: 'x'.repeat(65_000),
  }));

  it('is written if 32 MiB hold it, and read in parts', async () => {
    const { direct } = setUp();
    expect(await direct.commit({ put: values })).toEqual({ ok: true });
    expect(await direct.getMany(['none', ...values.map(({ key }) => key)])).toEqual([undefined, ...values]);
    const page = await direct.list({ prefix: 'large/', limit: 449 });
    expect(page).toEqual({ entries: values.slice(0, 449), more: true });
    expect(await direct.list({ prefix: 'large/', limit: 450 })).toEqual({ entries: values, more: false });
  });

  it('is refused beyond them, and then nothing is written', async () => {
    const { direct } = setUp();
    const more = [...values, ...values.map((value) => ({ ...value, key: `more/${value.key}` }))];
    await expect(direct.commit({ put: more })).rejects.toThrow(/32MiB.* fewer or smaller records/);
    expect(await direct.list({ prefix: '', limit: 1 })).toEqual({ entries: [], more: false });
  });
});

describe('an invalid argument', () => {
  const pieces = env.BUCKET;

  it('is a binding that is missing, or of another kind', () => {
    for (const binding of [undefined, null, {}, env.KV, env.BUCKET]) {
      expect(() => durableObjectStorage(binding as never, { pieces })).toThrow(
        /"new_sqlite_classes": \["CoracleRecords"/,
      );
      if (binding === env.KV || binding === env.BUCKET) continue;
      expect(() => durableObjectStorage(env.RECORDS, { pieces: binding as never })).toThrow(/"r2_buckets"/);
    }
    expect(() => durableObjectStorage(env.RECORDS, undefined as never)).toThrow(/"r2_buckets"/);
  });

  it('is a class that is not CoracleRecords', async () => {
    const { records } = durableObjectStorage(env.OTHER, { pieces });
    await expect(records.getMany(['a'])).rejects.toThrow(/export \{ CoracleRecords \}/);
  });

  it('is a class without SQLite', async () => {
    const { records } = durableObjectStorage(env.RECORDS_WITHOUT_SQL, { pieces });
    await expect(records.getMany(['a'])).rejects.toThrow(/new_sqlite_classes.* under another migration/);
  });

  it('is a key, a value or a page beyond the limits', async () => {
    const { direct } = setUp();
    await expect(direct.commit(put('k'.repeat(513), 'v', 1))).rejects.toThrow(/512 printable ASCII/);
    await expect(direct.commit(put('ké', 'v', 1))).rejects.toThrow(/printable ASCII/);
    const large = { put: [{ key: 'a', version: 'v', value: 'x'.repeat(65_536) }] };
    await expect(direct.commit(large)).rejects.toThrow(/65538 bytes of JSON .* 65536/);
    await expect(direct.list({ prefix: '', limit: 1001 })).rejects.toThrow(/1 to 1000/);
    expect(await direct.list({ prefix: '', limit: 1 })).toEqual({ entries: [], more: false });
  });
});
