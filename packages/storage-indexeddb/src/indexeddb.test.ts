import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { closeAt, refuseCommits, refuseWrite } from '../test-support/browser-faults.ts';
import { ownDatabase, ownStorage, record } from '../test-support/databases.ts';
import { describeLifetime } from '../test-support/describe-lifetime.ts';
import { describeStorage } from '../test-support/describe-storage.ts';
import { deleteIndexedDbStorage, indexedDbStorage, persist } from './index.ts';

afterEach(() => void vi.unstubAllGlobals());
afterEach(() => void vi.restoreAllMocks());

describeStorage();
describeLifetime();

describe('without IndexedDB', () => {
  const says = 'indexedDbStorage needs IndexedDB, which is not available here';

  it('a storage can be made, and says so at its first use', async () => {
    vi.stubGlobal('indexedDB', undefined);
    const storage = indexedDbStorage('nowhere');
    await expect(storage.records.getMany(['a'])).rejects.toThrow(says);
    await expect(storage.bytes.get('a')).rejects.toThrow(says);
    await storage.close?.();
    await expect(deleteIndexedDbStorage('nowhere')).rejects.toThrow(says);
  });
});

describe('a database that does not open', () => {
  it('says why, and is tried again at the next use', async () => {
    const database = ownDatabase();
    const storage = indexedDbStorage(database);
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('access to the Indexed Database API is denied in this context.', 'SecurityError');
    });
    await expect(storage.records.getMany(['a'])).rejects.toThrow(
      `indexedDbStorage cannot open the database "${database}": access to the Indexed Database API is denied in this context.`,
    );
    expect(await storage.records.getMany(['a'])).toEqual([undefined]);
  });
});

describe('a connection that the browser closes', () => {
  it('is opened anew at the next call, once for all who ask, with all that was stored', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const { records } = ownStorage();
    await records.commit({ put: [record('a')] });
    for (const [closings] of Array.from({ length: 3 }).entries()) {
      forceCloseDatabase(opened.mock.results.at(-1)?.value.result);
      const reads = await Promise.all([records.getMany(['a']), records.getMany(['a', 'b'])]);
      expect(reads).toEqual([[record('a')], [record('a'), undefined]]);
      expect(opened).toHaveBeenCalledTimes(closings + 2);
    }
    expect(records.generation).toBe(0);
  });

  it('is opened anew if nothing but the refusal of a transaction says that it is closed', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const { records, bytes } = ownStorage();
    await records.getMany(['a']);
    opened.mock.results[0]?.value.result.close();
    expect(await records.commit({ put: [record('a')] })).toEqual({ ok: true });
    expect(await records.getMany(['a'])).toEqual([record('a')]);
    opened.mock.results[1]?.value.result.close();
    await bytes.put('piece', Uint8Array.of(1));
    expect(await bytes.get('piece')).toEqual(Uint8Array.of(1));
    expect(opened).toHaveBeenCalledTimes(3);
  });

  it('in the midst of a write says so, and of a read reads again', async () => {
    const { records } = ownStorage();
    await records.commit({ put: [record('a')] });
    closeAt('put');
    await expect(records.commit({ put: [record('b')] })).rejects.toThrow(
      /^indexedDbStorage cannot commit 1 records and the removal of 0 in .* the browser closed the database\. Try again/,
    );
    await records.getMany(['a']);
    closeAt('get');
    expect(await records.getMany(['a', 'b'])).toEqual([record('a'), undefined]);
    expect(await records.commit({ put: [record('b')] })).toEqual({ ok: true });
  });
});

describe('a browser that has no more space', () => {
  const name = 'QuotaExceededError';

  it('as Firefox has it, leaves nothing of a commit that it refuses at any of its writes', async () => {
    const { records } = ownStorage();
    await records.commit({ put: [record('kept'), record('also kept')] });
    const change = { put: [1, 2, 3, 4].map((n) => record(`new/${n}`)), remove: ['kept', 'also kept'] };
    for (const nth of [1, 2, 3, 4, 5, 6]) {
      const giveRoom = refuseWrite(nth);
      await expect(records.commit(change)).rejects.toMatchObject({ name, cause: { name } });
      giveRoom();
      const { entries } = await records.list({ prefix: '', limit: 10 });
      expect(entries.map(({ key }) => key)).toEqual(['also kept', 'kept']);
    }
    expect(await records.commit(change)).toEqual({ ok: true });
  });

  it('as Firefox has it, is not closed, though it refuses the first write after a commit that failed', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const { records, bytes } = ownStorage();
    await records.commit({ put: [record('a')] });
    const giveRoom = refuseCommits();
    for (const nth of [1, 2, 3, 4]) {
      const refused = nth % 2 === 0 ? bytes.put('piece', Uint8Array.of(1)) : records.commit({ put: [record('b')] });
      await expect(refused).rejects.toMatchObject({ name, message: expect.stringContaining('no more space') });
    }
    expect(await records.getMany(['a', 'b'])).toEqual([record('a'), undefined]);
    expect(await bytes.get('piece')).toBeUndefined();
    giveRoom();
    await bytes.put('piece', Uint8Array.of(1));
    expect(await records.commit({ expect: [{ key: 'b', version: null }], put: [record('b')] })).toEqual({ ok: true });
    expect(opened).toHaveBeenCalledTimes(1);
  });

  it.each(['UnknownError', 'AbortError'])('is said with advice if the disk is full, as WebKit’s %s', async (told) => {
    const { records } = ownStorage();
    await records.commit({ put: [record('a')] });
    refuseCommits(told);
    const error = await records.commit({ put: [record('b')] }).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name, cause: { name: told } });
    expect(String(error)).toMatch(/most likely because the disk is full\. Nothing was written\. Delete images/);
  });

  it('is said with advice if the database cannot be opened for it', async () => {
    const storage = ownStorage();
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('The current transaction exceeded its quota limitations.', name);
    });
    await expect(storage.records.getMany(['a'])).rejects.toMatchObject({
      name,
      message: expect.stringMatching(/cannot open the database .* no more space\. .* Delete images/),
    });
  });
});

describe('persist', () => {
  it('gives what the browser answers', async () => {
    for (const answer of [true, false]) {
      vi.stubGlobal('navigator', { storage: { persist: async () => answer } });
      expect(await persist()).toBe(answer);
    }
  });

  it.each([undefined, {}, { storage: {} }])('is false where it cannot be asked: navigator is %j', async (navigator) => {
    vi.stubGlobal('navigator', navigator);
    expect(await persist()).toBe(false);
  });
});
