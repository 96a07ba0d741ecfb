import type { ListRange, RecordStore } from '@coracle/core';
import { expect, it } from 'vitest';
import { countedStorage, laggingFrom, promptKv, record, storageIn } from '../test-support/storage.ts';

const key = (at: number) => `list/${String(at).padStart(5, '0')}`;

/** A prompt KV with so many records, each of which fits into metadata. */
async function filled(count: number, value: string | number = 'small') {
  const kv = promptKv();
  await storageIn(kv, 'elsewhere').records.commit({
    put: Array.from({ length: count }, (_, at) => record(key(at), value)),
  });
  return { kv, ...countedStorage(kv) };
}

/** Pages through all records, and says what each page cost. */
async function walk(
  records: RecordStore,
  taken: ReturnType<typeof countedStorage>['taken'],
  range: ListRange,
): Promise<{ keys: string[]; lists: number[]; reads: number }> {
  const keys: string[] = [];
  const lists: number[] = [];
  let reads = 0;
  for (let next: ListRange | undefined = range; next !== undefined; ) {
    const page = await records.list(next);
    const cost = taken();
    lists.push(cost.lists);
    reads += cost.reads;
    keys.push(...page.entries.map((entry) => entry.key));
    const last = page.entries.at(-1)?.key;
    next =
      page.more && last !== undefined
        ? { ...range, after: last, ...(page.resume && { resume: page.resume }) }
        : undefined;
  }
  return { keys, lists, reads };
}

it('reads no record that fits into 1,024 bytes of metadata, and no key past the page', async () => {
  const { storage, taken } = await filled(150);
  const page = await storage.records.list({ prefix: 'list/', limit: 100 });
  expect(page.entries.map((entry) => [entry.key, entry.value])).toEqual(
    Array.from({ length: 100 }, (_, at) => [key(at), 'small']),
  );
  expect(taken()).toMatchObject({ lists: 1, reads: 0 });
});

it('reads larger records a hundred at a time, and only those of the page', async () => {
  const { storage, taken } = await filled(400, 'x'.repeat(1000));
  const page = await storage.records.list({ prefix: 'list/', limit: 250 });
  expect(page.entries).toHaveLength(250);
  // One more, to know that there is more.
  expect(taken()).toMatchObject({ lists: 1, gets: 3, reads: 251, rounds: 2 });
});

it('reads none where only keys are wanted', async () => {
  const { storage, taken } = await filled(400, 'x'.repeat(1000));
  const page = await storage.records.list({ prefix: 'list/', limit: 250, keysOnly: true });
  expect(page.entries.map((entry) => entry.key)).toEqual(Array.from({ length: 250 }, (_, at) => key(at)));
  expect(taken()).toMatchObject({ lists: 1, reads: 0 });
});

it('reaches each of many pages by one list operation, or two where it passes a thousandth key', async () => {
  const { storage, taken } = await filled(3500);
  const { keys, lists, reads } = await walk(storage.records, taken, { prefix: 'list/', limit: 100 });
  expect(keys).toEqual(Array.from({ length: 3500 }, (_, at) => key(at)));
  expect(reads).toBe(0);
  expect(lists).toHaveLength(35);
  expect(Math.max(...lists)).toBe(2);
  expect(lists.filter((count) => count === 2).length).toBeLessThanOrEqual(4);
});

it('takes two list operations for each page of a thousand', async () => {
  const { storage, taken } = await filled(3500);
  const { keys, lists } = await walk(storage.records, taken, { prefix: 'list/', limit: 1000 });
  expect(keys).toHaveLength(3500);
  expect(lists).toEqual([2, 2, 2, 1]);
});

it('goes on from within a page by the resume of the page', async () => {
  const { storage, taken } = await filled(3500);
  let { resume } = await storage.records.list({ prefix: 'list/', limit: 200 });
  // As DescribeImages does: what one page has read too much of, the next begins with.
  for (let at = 100; at < 3300; at += 100) {
    const page = await storage.records.list({
      prefix: 'list/',
      limit: 200,
      after: key(at - 1),
      ...(resume === undefined ? {} : { resume }),
    });
    expect(page.entries[0]?.key).toBe(key(at));
    resume = page.resume;
    taken();
  }
  await storage.records.list({ prefix: 'list/', limit: 10, after: key(3200), ...(resume && { resume }) });
  expect(taken().lists).toBeLessThanOrEqual(2);
});

it('costs a list operation for each 1,000 records before a place that no resume leads to', async () => {
  const { storage, taken } = await filled(3500);
  const page = await storage.records.list({ prefix: 'list/', limit: 10, after: key(2499) });
  expect(page.entries[0]?.key).toBe(key(2500));
  expect(taken()).toMatchObject({ lists: 3, reads: 0 });
});

it('asks KV nothing where no key can come', async () => {
  const { storage, taken } = await filled(10);
  expect(await storage.records.list({ prefix: 'list/', limit: 10, after: 'lisu' })).toEqual({
    entries: [],
    more: false,
  });
  expect(taken().lists).toBe(0);
});

it('begins anew where a cursor has gone bad', async () => {
  const { kv } = await filled(300);
  const namespace = kv.at('ams');
  const { storage } = countedStorage(kv);
  const first = await storage.records.list({ prefix: 'list/', limit: 200 });
  const bad = JSON.stringify(['list/', [key(100), 'gone', 10]]);
  for (const resume of [bad, first.resume?.replace(/"[A-Za-z0-9+/=]{20,}"/g, '"AAAA"') ?? '']) {
    const page = await storage.records.list({ prefix: 'list/', limit: 5, after: key(200), resume });
    expect(page.entries.map((entry) => entry.key)).toEqual([201, 202, 203, 204, 205].map(key));
  }
  await expect(namespace.list({ prefix: 'list/', cursor: 'gone' })).rejects.toThrow(/cursor/);
});

it('refuses a page of less than one record or of more than a thousand', async () => {
  const { records } = storageIn(promptKv());
  for (const limit of [0, 1001, 1.5]) {
    await expect(records.list({ prefix: '', limit })).rejects.toThrow(`kvStorage cannot list ${limit} records at once`);
  }
});

it('ends before the pieces, and asks for no page of them', async () => {
  const { storage, taken } = await filled(3);
  for (let at = 0; at < 30; at++) await storage.bytes.put(`piece-${at}`, Uint8Array.of(at));
  taken();
  expect((await storage.records.list({ prefix: '', limit: 10 })).entries).toHaveLength(3);
  expect(taken().lists).toBe(1);
});

it('shows what this isolate has written, however much the list lags', async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const kv = laggingFrom(seed);
    const { records } = storageIn(kv);
    await records.commit({ put: [record('a', 1), record('b', 1), record('d', 1)] });
    kv.settle();
    await records.commit({ put: [record('a', 2), record('c', 2)], remove: ['b'] });
    const listed = async (limit: number) => {
      const { entries, more } = await records.list({ prefix: '', limit });
      return [entries.map((entry) => [entry.key, entry.value]), more];
    };
    expect(await listed(10)).toEqual([
      [
        ['a', 2],
        ['c', 2],
        ['d', 1],
      ],
      false,
    ]);
    expect(await listed(2)).toEqual([
      [
        ['a', 2],
        ['c', 2],
      ],
      true,
    ]);
    expect((await records.list({ prefix: '', after: 'b', limit: 10, keysOnly: true })).entries).toMatchObject([
      { key: 'c' },
      { key: 'd' },
    ]);
  }
});
