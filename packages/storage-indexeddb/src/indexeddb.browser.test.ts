import { describe, expect, it } from 'vitest';
import { cdp } from 'vitest/browser';
import { describeUnless } from '../../../test/support/engine-groups.ts';
import { ownStorage } from '../test-support/databases.ts';
import { describeLifetime } from '../test-support/describe-lifetime.ts';
import { describeStorage } from '../test-support/describe-storage.ts';
import { persist } from './index.ts';

describeStorage();
describeLifetime();

/** The one of its methods that is used here. */
interface DevTools {
  send(method: 'Storage.clearDataForOrigin', params: { origin: string; storageTypes: 'indexeddb' }): Promise<void>;
}

const withoutDevTools = 'only the DevTools of Chromium can clear the data of a site';

describeUnless({ firefox: withoutDevTools, webkit: withoutDevTools }, 'a site whose data is cleared', () => {
  it('is told so once, and then has an empty registry', async () => {
    const { records, bytes } = ownStorage();
    await records.commit({ put: [{ key: 'a', version: '1', value: 1 }] });
    const devTools = cdp() as unknown as DevTools;
    await devTools.send('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' });
    await expect(records.getMany(['a'])).rejects.toThrow(/^All data of the database "storage-\d+" is lost: /);
    expect(await records.getMany(['a'])).toEqual([undefined]);
    expect(await bytes.get('a')).toBeUndefined();
    await records.commit({ put: [{ key: 'a', version: '2', value: 2 }] });
    expect(await records.getMany(['a'])).toEqual([{ key: 'a', version: '2', value: 2 }]);
  });
});

describe('persist', () => {
  it('gives what the browser answers', async () => {
    // WebKitGTK has no `navigator.storage`.
    expect(await persist()).toBe((await navigator.storage?.persisted()) ?? false);
  });
});
