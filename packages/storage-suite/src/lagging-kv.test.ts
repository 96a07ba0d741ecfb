import type { KVNamespace } from '@cloudflare/workers-types';
import { describe, expect, it } from 'vitest';
import { type LaggingKv, laggingKv } from './lagging-kv.ts';

const second = 1000;
const minute = 60 * second;
const seeds = Array.from({ length: 50 }, (_, nth) => nth + 1);

/** How many of the seeds a behaviour shows in. */
async function howOften(shows: (kv: LaggingKv) => Promise<boolean>): Promise<number> {
  const shown = await Promise.all(seeds.map((seed) => shows(laggingKv({ seed }))));
  return shown.filter(Boolean).length;
}

it('is used as a binding is', async () => {
  const kv = laggingKv({ lag: 0 });
  const namespace: Pick<KVNamespace, 'put' | 'delete'> & ReturnType<typeof kv.at> = kv.at('ams');
  await namespace.put('text', 'ü', { metadata: { n: 1 } });
  await namespace.put('bytes', Uint8Array.of(0, 1, 2).subarray(1));
  expect(await namespace.get('text')).toBe('ü');
  expect(new Uint8Array((await namespace.get('bytes', 'arrayBuffer')) ?? [])).toEqual(Uint8Array.of(1, 2));
  expect(await namespace.get(['text', 'none'])).toEqual(
    new Map([
      ['text', 'ü'],
      ['none', null],
    ]),
  );
  expect(await namespace.getWithMetadata('text')).toEqual({ value: 'ü', metadata: { n: 1 } });
  expect(await namespace.getWithMetadata('none')).toEqual({ value: null, metadata: null });
  expect(await namespace.getWithMetadata(['text'])).toEqual(new Map([['text', { value: 'ü', metadata: { n: 1 } }]]));
  expect(await namespace.list()).toEqual({
    keys: [{ name: 'bytes' }, { name: 'text', metadata: { n: 1 } }],
    list_complete: true,
  });
  kv.advance(second);
  await namespace.delete('text');
  await namespace.delete('none');
  expect(await namespace.get('text')).toBeNull();
  expect(kv.names()).toEqual(['bytes']);
});

it('leaves names that look like numbers out of a read of many, as workerd does', async () => {
  const kv = laggingKv({ lag: 0 });
  await kv.at('ams').put('1', 'one');
  expect(await kv.at('ams').get(['1', 'a'])).toEqual(new Map([['a', null]]));
  expect(await kv.at('ams').get('1')).toBe('one');
});

describe('a write', () => {
  it('is seen elsewhere at once, or within a minute, and by everybody once it has settled', async () => {
    const seenAfter = (milliseconds: number) =>
      howOften(async (kv) => {
        await kv.at('ams').put('a', '1');
        kv.advance(milliseconds);
        return (await kv.at('iad').get('a')) === '1';
      });
    expect(await seenAfter(0)).toBeGreaterThan(0);
    expect(await seenAfter(0)).toBeLessThan(25);
    expect(await seenAfter(minute)).toBe(seeds.length);
  });

  it('is mostly seen at once where it was made, and not always', async () => {
    const seen = await howOften(async (kv) => {
      await kv.at('ams').put('a', '1');
      return (await kv.at('ams').get('a')) === '1';
    });
    expect(seen).toBeGreaterThan(25);
    expect(seen).toBeLessThan(seeds.length);
  });

  it('is hidden for up to a minute more where the value before it, or that there was none, is cached', async () => {
    const hiddenAfter = (milliseconds: number) =>
      howOften(async (kv) => {
        await kv.at('iad').get('a');
        kv.advance(2 * second);
        await kv.at('ams').put('a', '1');
        // So that it has arrived everywhere.
        kv.advance(milliseconds);
        return (await kv.at('iad').get('a')) === null;
      });
    expect(await hiddenAfter(57 * second)).toBeGreaterThan(0);
    expect(await hiddenAfter(minute)).toBe(0);
  });

  it('may be hidden by what was cached after it was made: two minutes in all', async () => {
    const hidden = await howOften(async (kv) => {
      await kv.at('ams').put('a', '1');
      kv.advance(50 * second);
      await kv.at('iad').get('a');
      kv.advance(59 * second);
      return (await kv.at('iad').get('a')) === null;
    });
    expect(hidden).toBeGreaterThan(0);
  });

  it('is hidden for as long as a longer `cacheTtl` wants, but not from those who want less', async () => {
    const hidden = (cacheTtl: number) =>
      howOften(async (kv) => {
        await kv.at('iad').get('a', { type: 'text', cacheTtl: 3600 });
        await kv.at('ams').put('a', '1');
        kv.advance(10 * minute);
        return (await kv.at('iad').get('a', { type: 'text', cacheTtl })) === null;
      });
    expect(await hidden(3600)).toBeGreaterThan(10);
    expect(await hidden(60)).toBe(0);
  });

  it('of a key is refused within a second of another, wherever that was made', async () => {
    const kv = laggingKv();
    await kv.at('ams').put('a', '1');
    kv.advance(second - 1);
    await expect(kv.at('iad').put('a', '2')).rejects.toThrow('KV PUT failed: 429 Too Many Requests');
    await expect(kv.at('ams').delete('a')).rejects.toThrow('KV DELETE failed: 429 Too Many Requests');
    await kv.at('ams').put('b', '1');
    kv.advance(1);
    await kv.at('iad').put('a', '2');
    kv.settle();
    expect(await kv.at('ams').get('a')).toBe('2');
  });
});

describe('a list', () => {
  it('lags on its own, also where a read does not, and one more than the next', async () => {
    let wentBack = 0;
    const late = await howOften(async (kv) => {
      const namespace = kv.at('ams');
      await namespace.put('a', '1');
      kv.advance(30 * second);
      const listed: number[] = [];
      for (let nth = 0; nth < 6; nth++) listed.push((await namespace.list()).keys.length);
      if (listed.some((count, nth) => nth > 0 && count < (listed[nth - 1] ?? 0))) wentBack++;
      return (await namespace.get('a')) === '1' && listed.includes(0);
    });
    expect(late).toBeGreaterThan(10);
    expect(wentBack).toBeGreaterThan(10);
  });

  it('shows every write within a minute', async () => {
    const listed = await howOften(async (kv) => {
      await kv.at('ams').put('a', '1');
      kv.advance(minute);
      return (await kv.at('iad').list()).keys.length === 1;
    });
    expect(listed).toBe(seeds.length);
  });

  it('gives short and empty pages where keys are gone, and says that there is more', async () => {
    const kv = laggingKv({ lag: 0 });
    const namespace = kv.at('ams');
    for (const name of ['a', 'b', 'c', 'd']) await namespace.put(name, name);
    kv.advance(second);
    for (const name of ['a', 'b', 'd']) await namespace.delete(name);
    const pages = [];
    for (let cursor: string | undefined, complete = false; !complete; ) {
      const page = await namespace.list({ limit: 1, ...(cursor === undefined ? {} : { cursor }) });
      pages.push(page.keys.map(({ name }) => name));
      complete = page.list_complete;
      cursor = page.cursor;
    }
    expect(pages).toEqual([[], [], ['c'], []]);
  });

  it('sorts by UTF-8, and takes a cursor only for the prefix that it was made for', async () => {
    const kv = laggingKv({ lag: 0 });
    const namespace = kv.at('ams');
    const names = ['A', 'a', 'a-', 'aa', '~', '¶', '\uffee', '🚣'];
    for (const name of names.toReversed()) await namespace.put(name, '');
    expect((await namespace.list()).keys.map(({ name }) => name)).toEqual(names);
    const { cursor = '' } = await namespace.list({ limit: 2 });
    expect((await namespace.list({ limit: 2, cursor })).keys.map(({ name }) => name)).toEqual(['a-', 'aa']);
    for (const wrong of [{ prefix: 'a', cursor }, { cursor: 'made up' }]) {
      await expect(namespace.list(wrong)).rejects.toThrow('KV GET failed: 400 Invalid cursor');
    }
  });
});

it('answers the same at every run', async () => {
  const run = async () => {
    const kv = laggingKv({ seed: 7 });
    const seen: unknown[] = [];
    for (let nth = 0; nth < 100; nth++) {
      const namespace = kv.at(['ams', 'iad', 'sin'][nth % 3] ?? '');
      if (nth % 5 === 0) await namespace.put(`k${nth % 4}`, `${nth}`);
      seen.push(await namespace.get(['k0', 'k1', 'k2', 'k3']), (await namespace.list()).keys);
      kv.advance(7 * second);
    }
    return seen;
  };
  expect(await run()).toEqual(await run());
});

describe('a limit', () => {
  const namespace = laggingKv().at('ams');
  const long = 'k'.repeat(513);

  it.each([
    ['a long key', () => namespace.put(long, ''), 'KV PUT failed: 414 UTF-8 encoded length of 513 exceeds key length'],
    ['a long key', () => namespace.get(long), 'KV GET failed: 414'],
    ['no key', () => namespace.put('', ''), 'Key name cannot be empty'],
    ['a key of dots', () => namespace.delete('..'), '".." is not allowed as a key name'],
    [
      'much metadata',
      () => namespace.put('a', '', { metadata: 'x'.repeat(1023) }),
      'KV PUT failed: 413 Metadata length of 1025 exceeds limit of 1024.',
    ],
    [
      'a large value',
      () => namespace.put('a', new Uint8Array(25 * 1024 * 1024 + 1)),
      'KV PUT failed: 413 Value length of 26214401 exceeds limit of 26214400.',
    ],
    [
      'many keys',
      () => namespace.get(Array.from({ length: 101 }, (_, n) => `k${n}`)),
      'KV GET_BULK failed: 400 You can request a maximum of 100 keys',
    ],
    ['no keys', () => namespace.get([]), 'KV GET_BULK failed: 400 You must request a minimum of 1 key'],
    [
      'bytes of many keys',
      () => namespace.get(['a'], { type: 'arrayBuffer' }),
      'KV GET_BULK failed: 400 "arrayBuffer" is not a valid type',
    ],
    [
      'a short cacheTtl',
      () => namespace.get('a', { type: 'text', cacheTtl: 29 }),
      'KV GET failed: 400 Invalid cache_ttl',
    ],
    ['a long list', () => namespace.list({ limit: 1001 }), 'KV GET failed: 400 Invalid key_count_limit of 1001'],
  ])('is kept: %s', async (_, call, says) => {
    await expect(call()).rejects.toThrow(says);
  });
});
