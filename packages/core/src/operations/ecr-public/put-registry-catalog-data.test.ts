import { describe, expect, it } from 'vitest';
import { emptyRegistry, expectInvalid, refusalOf, registryWith } from '../../../test-support/registry.ts';
import { itIsRefusedElsewhere } from '../../../test-support/rules.ts';

describe('PutRegistryCatalogData', () => {
  itIsRefusedElsewhere('PutRegistryCatalogData', ({ ecrPublic }, options) =>
    ecrPublic.putRegistryCatalogData({}, options),
  );

  it.each(['Acme', '', '大きさ 🛶', 'x'.repeat(100)])('stores %j and answers with it', async (displayName) => {
    const { ecrPublic } = emptyRegistry();
    expect(await ecrPublic.putRegistryCatalogData({ displayName })).toEqual({ registryCatalogData: { displayName } });
    expect(await ecrPublic.getRegistryCatalogData()).toEqual({ registryCatalogData: { displayName } });
  });

  it('takes the name away where none is given', async () => {
    const { ecrPublic } = emptyRegistry();
    await ecrPublic.putRegistryCatalogData({ displayName: 'Acme' });
    expect(await ecrPublic.putRegistryCatalogData()).toEqual({ registryCatalogData: {} });
    expect(await ecrPublic.getRegistryCatalogData()).toEqual({ registryCatalogData: {} });
  });

  it('refuses a name of more than 100 characters, and keeps the one before', async () => {
    const registry = emptyRegistry();
    await registry.ecrPublic.putRegistryCatalogData({ displayName: 'Acme' });
    await expectInvalid(
      registry,
      () => registry.ecrPublic.putRegistryCatalogData({ displayName: 'x'.repeat(101) }),
      'displayName',
      'Member must have length less than or equal to 100',
    );
  });

  it('changes nothing else of the registry', async () => {
    const registry = await registryWith(['team/web']);
    await registry.engine.setPublicRegistry({ alias: 'acme', verified: true });
    const before = await registry.ecrPublic.describeRegistries();
    await registry.ecrPublic.putRegistryCatalogData({ displayName: 'Acme' });
    expect(await registry.ecrPublic.describeRegistries()).toEqual(before);
    await registry.engine.setPublicRegistry({ verified: false });
    await registry.ecrPublic.createRepository({ repositoryName: 'team/api' });
    expect(await registry.ecrPublic.getRegistryCatalogData()).toEqual({ registryCatalogData: { displayName: 'Acme' } });
  });

  it('refuses what is no text', async () => {
    const { engine } = emptyRegistry();
    const refusal = await refusalOf(engine.invoke('ecr-public', 'PutRegistryCatalogData', { displayName: 1 }));
    expect(refusal.name).toBe('SerializationException');
  });
});
