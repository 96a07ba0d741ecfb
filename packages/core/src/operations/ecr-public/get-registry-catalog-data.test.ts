import { describe, expect, it } from 'vitest';
import { emptyRegistry, otherAccount } from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

describe('GetRegistryCatalogData', () => {
  itIsRefusedElsewhere('GetRegistryCatalogData', ({ ecrPublic }, options) =>
    ecrPublic.getRegistryCatalogData({}, options),
  );

  it('never fails, and is empty for a fresh account', async () => {
    const { ecrPublic } = emptyRegistry();
    expect(await ecrPublic.getRegistryCatalogData()).toEqual({ registryCatalogData: {} });
  });

  it("gives the caller's own display name", async () => {
    const { ecrPublic } = emptyRegistry();
    await ecrPublic.putRegistryCatalogData({ displayName: 'Acme' });
    expect(await ecrPublic.getRegistryCatalogData()).toEqual({ registryCatalogData: { displayName: 'Acme' } });
    expect(await ecrPublic.getRegistryCatalogData({}, { accountId: otherAccount })).toEqual({
      registryCatalogData: {},
    });
  });
});
