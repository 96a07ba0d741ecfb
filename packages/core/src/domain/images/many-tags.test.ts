import { expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import { bytesOf, defaultAlias, registryWith } from '../../../test-support/registry.ts';

/** A storage in memory answers without a turn of the event loop. Long work must therefore yield to other requests. */

const repositoryName = 'team/web';
const count = 12;

async function manyTags() {
  const registry = await registryWith([repositoryName]);
  const { distribution } = registry;
  const at = await distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
  const digests: string[] = [];
  for (let i = 0; i < count; i++) {
    const manifest = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
      annotations: { i: `${i}` },
    };
    const tags = Array.from({ length: 1000 }, (_, n) => `v${i}-${n}`);
    const [first = '', ...others] = tags;
    const { digest } = await distribution.putManifest(at, first, {
      bytes: bytesOf(JSON.stringify(manifest)),
      tags: others,
    });
    digests.push(digest);
  }
  return { ...registry, at, digests };
}

/** How often others have had their turn until a call was done. */
async function turnsDuring(call: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const others = setInterval(() => turns++, 0);
  await call();
  clearInterval(others);
  return turns;
}

it('images with very many tags come on pages of fewer images, and others have their turn', async () => {
  const { ecrPublic, digests } = await manyTags();
  const pages: number[] = [];
  const seen: string[] = [];
  let nextToken: string | undefined;
  const turns = await turnsDuring(async () => {
    do {
      const page = await ecrPublic.describeImages({
        repositoryName,
        maxResults: 1000,
        ...(nextToken === undefined ? {} : { nextToken }),
      });
      pages.push(page.imageDetails.length);
      for (const { imageDigest, imageTags } of page.imageDetails) {
        seen.push(imageDigest);
        expect(imageTags).toHaveLength(1000);
      }
      nextToken = page.nextToken;
    } while (nextToken !== undefined);
  });
  expect(pages).toEqual([11, 1]);
  expect(seen.sort()).toEqual([...digests].sort());
  expect(turns).toBeGreaterThan(0);
});

it('others have their turn while tags are listed, and images with very many are described and deleted', async () => {
  const { ecrPublic, distribution, storage, at, digests } = await manyTags();
  const imageIds = digests.map((imageDigest) => ({ imageDigest }));
  const calls = [
    async () => expect((await distribution.getTags(at)).tags).toHaveLength(count * 1000),
    async () => expect((await ecrPublic.describeImages({ repositoryName, imageIds })).imageDetails).toHaveLength(count),
    async () =>
      expect((await ecrPublic.batchDeleteImage({ repositoryName, imageIds })).imageIds).toHaveLength(count * 1000),
  ];
  for (const call of calls) expect(await turnsDuring(call)).toBeGreaterThan(0);
  await expectConsistent(storage);
});
