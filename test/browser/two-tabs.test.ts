import { expect } from 'vitest';
import { test } from './given.ts';

const turns = 350;

test('two tabs and a worker that push to the same tags 1,000 times leave one consistent state', async ({ browser }) => {
  const tabs = [await browser.newPage(), await browser.newPage()] as const;
  await tabs[0].evaluate(async () => {
    const { buildImage, indexedDbStorage, openRegistry, pushImage } = coracle;
    await pushImage(openRegistry(indexedDbStorage('shared')), 'team/web', await buildImage(), 't0');
  });
  const pushing = tabs.map((tab, who) =>
    tab.evaluate(
      async ([who, turns]) => {
        const { buildImage, indexedDbStorage, pushTurns } = coracle;
        await pushTurns(indexedDbStorage('shared'), 'team/web', await buildImage(), who, turns);
      },
      [who, turns] as const,
    ),
  );
  const working = tabs[1].evaluate(async (turns) => {
    const script = `
      importScripts('${location.origin}/script.js');
      coracle.buildImage()
        .then((image) => coracle.pushTurns(coracle.indexedDbStorage('shared'), 'team/web', image, 2, ${turns}))
        .then(() => postMessage('done'), (error) => postMessage(String(error)));`;
    const worker = new Worker(URL.createObjectURL(new Blob([script])));
    return new Promise((resolve) => {
      worker.onmessage = ({ data }) => resolve(data);
    });
  }, turns);
  await Promise.all(pushing);
  expect(await working).toBe('done');

  const [tab] = tabs;
  await tab.reload();
  const found = await tab.evaluate(async () => {
    const { disagreements, indexedDbStorage, openRegistry } = coracle;
    const storage = indexedDbStorage('shared');
    const registry = openRegistry(storage);
    const repositoryName = 'team/web';
    const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
    let images = 0;
    for await (const page of registry.ecrPublic.paginateDescribeImages({ repositoryName }, { pageSize: 1000 })) {
      images += page.imageDetails.length;
    }
    const tags = imageTagDetails.map(({ imageTag }) => imageTag);
    return { tags, images, disagreements: await disagreements(registry, storage, repositoryName) };
  });
  expect(found).toEqual({
    tags: Array.from({ length: 10 }, (_, i) => `t${i}`),
    // The first one, the 20 that all have pushed, and each one's own.
    images: 1 + 20 + (3 * turns) / 2,
    disagreements: [],
  });
});
