import { expect } from 'vitest';
import { test } from './given.ts';

const count = 10_000;
const pushed = 200;

test('a registry of 10,000 images is there after a reload, and after the browser was started anew', async ({
  browser,
}) => {
  const page = await browser.newPage();
  await page.evaluate(
    async ([count, pushed]) => {
      const { buildImage, indexedDbStorage, memoryStorage, numbered, openRegistry, pushImage, pushManifest } = coracle;
      // Most are made in memory and brought over as a snapshot, which takes a fourth of the time of their pushes.
      const inMemory = openRegistry(memoryStorage());
      const image = await buildImage();
      await pushImage(inMemory, 'team/web', image, 'v0');
      for (let i = 1; i < count - pushed; i++) await pushManifest(inMemory, 'team/web', numbered(image, i), `v${i}`);
      const registry = openRegistry(indexedDbStorage('large'));
      await registry.restore(await inMemory.snapshot());
      for (let i = count - pushed; i < count; i++) {
        await pushManifest(registry, 'team/web', numbered(image, i), `v${i}`);
      }
    },
    [count, pushed] as const,
  );

  await page.reload();
  const pages = await page.evaluate(async () => {
    const { indexedDbStorage, openRegistry } = coracle;
    const registry = openRegistry(indexedDbStorage('large'));
    const found: string[][] = [];
    const repositoryName = 'team/web';
    for await (const page of registry.ecrPublic.paginateDescribeImages({ repositoryName }, { pageSize: 1000 })) {
      found.push(page.imageDetails.map(({ imageTags = [] }) => imageTags.join()));
    }
    return found;
  });
  expect(pages.map((page) => page.length)).toEqual(Array.from({ length: count / 1000 }, () => 1000));
  // Those of one millisecond are in the order of their digests.
  expect(new Set(pages.flat())).toEqual(new Set(Array.from({ length: count }, (_, i) => `v${i}`)));

  await browser.restart();
  const sample = [0, 1, 4999, count - pushed - 1, count - pushed, count - 1];
  const after = await (await browser.newPage()).evaluate(async (sample) => {
    const { buildImage, digestOf, disagreements, indexedDbStorage, numbered, openRegistry, pull } = coracle;
    const storage = indexedDbStorage('large');
    const registry = openRegistry(storage);
    const image = await buildImage();
    const pulled = sample.map((i) => pull(registry, 'team/web', image, `v${i}`));
    const wanted = sample.map(async (i) => ({
      manifest: await digestOf(i === 0 ? image.manifest : numbered(image, i).manifest),
      blobs: image.blobs.map(({ digest }) => digest),
    }));
    return {
      pulled: await Promise.all(pulled),
      wanted: await Promise.all(wanted),
      disagreements: await disagreements(registry, storage, 'team/web'),
    };
  }, sample);
  expect(after.pulled).toEqual(after.wanted);
  expect(after.disagreements).toEqual([]);
});
