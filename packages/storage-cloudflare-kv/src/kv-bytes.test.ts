import { expect, it } from 'vitest';
import { countedStorage, laggingFrom, minute, promptKv, second, storageIn } from '../test-support/storage.ts';

const piece = Uint8Array.of(1, 2, 3);

it('puts a piece by one operation, without looking for it first', async () => {
  const { storage, taken } = countedStorage(promptKv());
  await storage.bytes.put('id', piece);
  expect(taken()).toMatchObject({ puts: 1, gets: 0, lists: 0 });
  expect(await storage.bytes.get('id')).toEqual(piece);
  expect(taken()).toMatchObject({ gets: 1 });
});

it('lets a place keep a piece for a day, but not that there was none', async () => {
  const kv = laggingFrom();
  const [here, there] = [storageIn(kv, 'ams'), storageIn(kv, 'iad')];
  expect(await there.bytes.get('id')).toBeUndefined();
  await here.bytes.put('id', piece);
  kv.advance(3 * minute);
  expect(await there.bytes.get('id')).toEqual(piece);
});

it('looks which of a hundred ids are there before it removes them', async () => {
  const kv = promptKv();
  const { storage, taken } = countedStorage(kv);
  for (const id of ['12345678-1', '12345678-7', '12345678-100', '12345678-5000']) await storage.bytes.put(id, piece);
  kv.advance(second);
  taken();
  await storage.bytes.remove(Array.from({ length: 1000 }, (_, n) => `12345678-${n}`));
  expect(taken()).toMatchObject({ lists: 1, deletes: 3 });
  expect(kv.names()).toEqual(['¶12345678-5000']);
});

it('looks on where KV lists by pages', async () => {
  const kv = promptKv();
  const { storage, taken } = countedStorage(kv);
  const ids = Array.from({ length: 1200 }, (_, n) => `12345678-${n}`);
  for (const id of ids) await storage.bytes.put(id, piece);
  kv.advance(second);
  taken();
  await storage.bytes.remove(ids);
  expect(taken()).toMatchObject({ lists: 2, deletes: 1200 });
  expect(kv.names()).toEqual([]);
});

it('removes few ids, and those that have nothing in common, without looking', async () => {
  const kv = promptKv();
  const { storage, taken } = countedStorage(kv);
  const few = Array.from({ length: 99 }, (_, n) => `12345678-${n}`);
  const apart = Array.from({ length: 100 }, (_, n) => `${n}-piece`);
  for (const ids of [few, apart]) {
    for (const id of ids) await storage.bytes.put(id, piece);
    kv.advance(second);
    taken();
    await storage.bytes.remove(ids);
    expect(taken()).toMatchObject({ lists: 0, deletes: ids.length });
  }
  expect(kv.names()).toEqual([]);
});
