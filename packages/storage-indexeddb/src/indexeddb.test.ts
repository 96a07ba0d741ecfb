import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { describeStorage, ownDatabase, ownStorage } from '../test-support/describe-storage.ts';
import { deleteIndexedDbStorage, indexedDbStorage, persist } from './index.ts';

afterEach(() => void vi.unstubAllGlobals());
afterEach(() => void vi.restoreAllMocks());

describeStorage();

describe('where there is no IndexedDB', () => {
  const says = 'indexedDbStorage needs IndexedDB, and there is none here';

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
  it('is said at every later call', async () => {
    const opened = vi.spyOn(indexedDB, 'open');
    const { records } = ownStorage();
    await records.getMany(['a']);
    forceCloseDatabase(opened.mock.results[0]?.value.result);
    await expect(records.getMany(['a'])).rejects.toThrow(/no longer: the browser closed it, as it does when the data/);
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
