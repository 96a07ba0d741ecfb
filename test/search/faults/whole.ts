import type { Engine } from '@coracle/core';
import { expect } from 'vitest';
import { expectConsistent } from '../../../packages/core/test-support/consistency.ts';
import { collect, digestOf, textOf } from '../../../packages/core/test-support/registry.ts';
import type { Contents, WatchedStorage } from '../../../packages/core/test-support/storage.ts';
import { addressOf } from './steps.ts';

interface Descriptor {
  readonly digest: string;
  readonly size: number;
}

/** Nothing half-written is visible: whatever is described can be pulled whole, and the records agree with each other. */
export async function expectWhole(engine: Engine, storage: WatchedStorage): Promise<void> {
  await expectWholeToReaders(engine);
  await expectConsistent({ ...storage, contents: async () => withoutOrphans(await storage.contents()) });
}

/** Checks that each described image can be pulled completely, and that descriptions of images and tags agree. */
export async function expectWholeToReaders(engine: Engine): Promise<void> {
  const { ecrPublic, distribution } = engine;
  for (const { repositoryName } of (await ecrPublic.describeRepositories()).repositories) {
    const at = addressOf(repositoryName);
    const { imageDetails } = await ecrPublic.describeImages({ repositoryName, maxResults: 1000 });
    for (const { imageDigest } of imageDetails) {
      const { bytes } = await distribution.getManifest(at, imageDigest);
      expect(await digestOf(bytes)).toBe(imageDigest);
      const { config, layers = [], manifests = [] } = JSON.parse(textOf(bytes));
      for (const { digest, size } of [...(config ? [config] : []), ...layers] as Descriptor[]) {
        const content = await collect((await distribution.getBlob(at, digest)).read());
        expect([await digestOf(content), content.length]).toEqual([digest, size]);
      }
      for (const { digest } of manifests as Descriptor[]) {
        expect((await distribution.getManifest(at, digest)).digest).toBe(digest);
      }
    }
    const { imageTagDetails } = await ecrPublic.describeImageTags({ repositoryName, maxResults: 1000 });
    for (const { imageTag, imageDetail } of imageTagDetails) {
      expect((await distribution.getManifest(at, imageTag)).digest).toBe(imageDetail.imageDigest);
    }
    expect(imageTagDetails.map(({ imageTag }) => imageTag)).toEqual(
      imageDetails.flatMap(({ imageTags }) => imageTags ?? []).sort(),
    );
    const { logoUrl } = (await ecrPublic.getRepositoryCatalogData({ repositoryName })).catalogData;
    const logo = logoUrl?.split('/').at(-1)?.replace('.png', '');
    if (logo !== undefined) expect(await distribution.getLogo(logo)).toBeDefined();
  }
}

/** Pieces that no record names may stay behind after a failure: they are the collector's, and nobody sees them. */
function withoutOrphans({ records, pieces }: Contents): Contents {
  const named = JSON.stringify(records);
  return { records, pieces: pieces.filter((id) => named.includes(id)) };
}
