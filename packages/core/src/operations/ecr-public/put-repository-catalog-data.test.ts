import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import { bytesOf, expectInvalid, registryWith, type TestRegistry, textOf } from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';
import type { EcrPublic } from '../../model/index.ts';

const repositoryName = 'team/web';
const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.putRepositoryCatalogData(
    { ...target, catalogData: { description: 'x', logoImageBlob: bytesOf('png') } },
    options,
  );

const put = ({ ecrPublic }: TestRegistry, catalogData: EcrPublic.RepositoryCatalogDataInput) =>
  ecrPublic.putRepositoryCatalogData({ repositoryName, catalogData });
const get = async ({ ecrPublic }: TestRegistry) =>
  (await ecrPublic.getRepositoryCatalogData({ repositoryName })).catalogData;

/** Fetches the logo behind a `logoUrl`, as a server would. */
async function logoAt({ distribution }: TestRegistry, logoUrl: string | undefined): Promise<string | undefined> {
  const [, , uuid] = /\/logo\/([^/]+)\/([^/]+)\.png$/.exec(logoUrl ?? '') ?? [];
  if (uuid === undefined) expect.fail(`${logoUrl} is no URL of a logo`);
  const bytes = await distribution.getLogo(uuid);
  return bytes && textOf(bytes);
}

describe('PutRepositoryCatalogData', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('PutRepositoryCatalogData', (registry, options) => call(registry, { repositoryName }, options));

  it('answers with what is stored, in the order given', async () => {
    const registry = await registryWith([repositoryName]);
    const catalogData = {
      description: '',
      architectures: ['x86-64', 'ARM', 'ARM'],
      operatingSystems: ['Windows', 'Linux'],
      aboutText: 'about',
      usageText: 'usage',
    };
    expect(await put(registry, catalogData)).toEqual({ catalogData });
    expect(await get(registry)).toEqual(catalogData);
  });

  it('does not mind values that belong into the other list', async () => {
    const registry = await registryWith([repositoryName]);
    const swapped = { architectures: ['Linux', 'Windows'], operatingSystems: ['ARM 64', 'Plan 9'] };
    expect(await put(registry, swapped)).toEqual({ catalogData: swapped });
  });

  it('keeps the longest texts of any script', async () => {
    const registry = await registryWith([repositoryName]);
    const catalogData = {
      description: '🛶'.repeat(512),
      aboutText: '大'.repeat(25_600),
      usageText: '\u0001'.repeat(25_600),
      architectures: Array.from({ length: 50 }, (_, i) => `${i}`.padEnd(50, 'é')),
    };
    await put(registry, catalogData);
    expect(await get(registry)).toEqual(catalogData);
  });

  it('replaces all members, and leaves those out that were not given', async () => {
    const registry = await registryWith([repositoryName]);
    await put(registry, { description: 'old', architectures: ['ARM'], aboutText: 'old' });
    expect(await put(registry, { usageText: 'new' })).toEqual({ catalogData: { usageText: 'new' } });
    expect(await get(registry)).toEqual({ usageText: 'new' });
    expect(await put(registry, {})).toEqual({ catalogData: {} });
    expect(await get(registry)).toEqual({});
  });

  describe('with a logo', () => {
    it('answers with a URL for it, which leads to its exact bytes', async () => {
      const registry = await registryWith([repositoryName]);
      const { catalogData } = await put(registry, { logoImageBlob: bytesOf('png') });
      expect(catalogData).toEqual({
        logoUrl: expect.stringMatching(
          /^https:\/\/d3g9o9u8re44ak\.cloudfront\.net\/logo\/[0-9a-f-]{36}\/[0-9a-f-]{36}\.png$/,
        ),
      });
      expect(await logoAt(registry, catalogData?.logoUrl)).toBe('png');
    });

    it('names the host that really answers', async () => {
      const registry = await registryWith([repositoryName], { endpoint: 'http://127.0.0.1:4747' });
      const { catalogData } = await put(registry, { logoImageBlob: bytesOf('png') });
      expect(catalogData?.logoUrl).toMatch(/^http:\/\/127\.0\.0\.1:4747\/logo\//);
    });

    it('keeps it where no new one comes', async () => {
      const registry = await registryWith([repositoryName]);
      const { catalogData } = await put(registry, { description: 'old', logoImageBlob: bytesOf('png') });
      const logoUrl = catalogData?.logoUrl ?? '';
      expect(await put(registry, { aboutText: 'new' })).toEqual({ catalogData: { aboutText: 'new', logoUrl } });
      expect(await get(registry)).toEqual({ aboutText: 'new', logoUrl });
      expect(await logoAt(registry, logoUrl)).toBe('png');
    });

    it('replaces it by a new one under a new URL', async () => {
      const registry = await registryWith([repositoryName]);
      const one = (await put(registry, { logoImageBlob: bytesOf('one') })).catalogData?.logoUrl;
      const { pieces } = await registry.storage.contents();
      const two = (await put(registry, { logoImageBlob: bytesOf('two') })).catalogData?.logoUrl;
      expect(two).not.toBe(one);
      expect([await logoAt(registry, one), await logoAt(registry, two)]).toEqual([undefined, 'two']);
      await expectConsistent(registry.storage);
      expect((await registry.storage.contents()).pieces).toHaveLength(pieces.length);
    });

    it('takes 512,000 bytes and refuses one more', async () => {
      const registry = await registryWith([repositoryName]);
      await put(registry, { logoImageBlob: new Uint8Array(512_000) });
      await expectInvalid(
        registry,
        () => put(registry, { logoImageBlob: new Uint8Array(512_001) }),
        'catalogData.logoImageBlob',
        'Member must have length less than or equal to 512000',
      );
    });
  });

  it('leaves no bytes of old texts behind', async () => {
    const registry = await registryWith([repositoryName]);
    await put(registry, { description: 'one' });
    const { pieces } = await registry.storage.contents();
    await put(registry, { description: 'two' });
    expect((await registry.storage.contents()).pieces).toHaveLength(pieces.length);
  });

  it('keeps one whole catalog when several are put at once', async () => {
    const registry = await registryWith([repositoryName]);
    const texts = Array.from({ length: 20 }, (_, i) => `text ${i}`);
    await Promise.all(
      texts.map((text) => put(registry, { description: text, aboutText: text, logoImageBlob: bytesOf(text) })),
    );
    const { description, aboutText, logoUrl } = (await get(registry)) ?? {};
    expect(texts).toContain(description);
    expect(aboutText).toBe(description);
    expect(await logoAt(registry, logoUrl)).toBe(description);
    expect((await registry.storage.contents()).pieces).toHaveLength(2);
  });

  it.each([
    [
      'catalogData.description',
      { description: 'x'.repeat(1025) },
      'Member must have length less than or equal to 1024',
    ],
    ['catalogData.aboutText', { aboutText: 'x'.repeat(25_601) }, 'Member must have length less than or equal to 25600'],
    ['catalogData.usageText', { usageText: 'x'.repeat(25_601) }, 'Member must have length less than or equal to 25600'],
    [
      'catalogData.architectures',
      { architectures: Array.from({ length: 51 }, () => 'ARM') },
      'Member must have length less than or equal to 50',
    ],
    [
      'catalogData.operatingSystems',
      { operatingSystems: ['Linux', ''] },
      'Member must satisfy constraint: [Member must have length less than or equal to 50, Member must have length greater than or equal to 1]',
    ],
  ])('refuses what %s may not be, and keeps what was there', async (path, catalogData, constraint) => {
    const registry = await registryWith([repositoryName]);
    await put(registry, { description: 'old' });
    await expectInvalid(registry, () => put(registry, catalogData), path, constraint);
  });

  it('needs catalog data', async () => {
    const registry = await registryWith([repositoryName]);
    await expectInvalid(
      registry,
      () => registry.engine.invoke('ecr-public', 'PutRepositoryCatalogData', { repositoryName }),
      'catalogData',
      'Member must not be null',
    );
  });
});
