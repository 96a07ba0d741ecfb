import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { sequentialIds } from '@coracle/core/testing';
import { memoryStorage } from '@coracle/storage-memory';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { expectConsistent } from '../../packages/core/test-support/consistency.ts';
import { testClock, textOf } from '../../packages/core/test-support/registry.ts';
import { watchedStorage } from '../../packages/core/test-support/storage.ts';
import { limits } from './model/limits.ts';
import { Model } from './model/model.ts';
import { observe, play, type World } from './model/play.ts';
import { type Step, sequence } from './model/steps.ts';
import { searchFor } from './search.ts';

/** The engine against the naive model, over random sequences of steps. */

async function run(steps: readonly Step[]): Promise<void> {
  const storage = watchedStorage(memoryStorage());
  const clock = testClock();
  const engine = createEngine({ storage, clock, ids: sequentialIds(), limits, services: [ecrPublic, ecr] });
  const world: World = { engine, clock, model: new Model(clock), uploads: [], tokens: [] };
  for (const one of steps) {
    await play(world, one);
    await observe(world);
  }
  await expectConsistent(storage);
  await pullEverything(world);
}

/** Every image is there byte for byte, with all that it names, and every logo. */
async function pullEverything({ engine: { distribution }, model }: World): Promise<void> {
  for (const { name, images, catalog } of model.repositories.values()) {
    const at = await distribution.locate('public.ecr.aws', `xqj38ptr/${name}`);
    for (const image of images.all.values()) {
      expect(textOf((await distribution.getManifest(at, image.digest)).bytes)).toBe(image.manifest);
      for (const tag of image.tags.keys()) {
        expect(textOf((await distribution.getManifest(at, tag)).bytes)).toBe(image.manifest);
      }
    }
    const logo = catalog.logoUrl?.split('/').at(-1)?.replace('.png', '');
    if (logo !== undefined) expect(await distribution.getLogo(logo)).toEqual(catalog.logo);
  }
}

it('answers as the naive model does, whatever is asked of it', { timeout: 3_600_000 }, async () => {
  await fc.assert(fc.asyncProperty(sequence, run), searchFor(8));
});
