import { describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { describeStorage, ownStorage } from '../test-support/describe-storage.ts';
import { persist } from './index.ts';

describeStorage();

/** The one of its methods that is used here. */
interface DevTools {
  send(method: 'Storage.clearDataForOrigin', params: { origin: string; storageTypes: 'indexeddb' }): Promise<void>;
}

describe('a site whose data is cleared', () => {
  it('is told so at every later call', async () => {
    const { records, bytes } = ownStorage();
    await records.commit({ put: [{ key: 'a', version: '1', value: 1 }] });
    const devTools = cdp() as unknown as DevTools;
    await devTools.send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
    const says = 'no longer: the browser closed it, as it does when the data of a site is cleared.';
    await expect(records.getMany(['a'])).rejects.toThrow(says);
    await expect(bytes.get('a')).rejects.toThrow(says);
  });
});

describe('persist', () => {
  it('gives what the browser answers', async () => {
    expect(await persist()).toBe(await navigator.storage.persisted());
  });
});
