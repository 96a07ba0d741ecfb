import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBrowser, howToInstall } from '../../scripts/browsers.mjs';
import { type Packed, pack } from '../installed/packed.ts';
import { expectRecipeToPass, recipeFolder } from '../installed/recipe.ts';
import { boto3, describeWith } from '../support/describe-with.ts';
import { skipGroup } from '../support/groups.ts';

let packed: Packed;
beforeAll(async () => {
  packed = await pack();
});
afterAll(() => packed?.remove());

const inContainers = 'testcontainers';
const recipes = readdirSync(recipeFolder('.')).filter((name) => name !== inContainers);

const inBrowsers = ['msw-browser', 'playwright', 'service-worker', 'vitest-browser'];
const hasChromium = (await findBrowser('chromium')) !== undefined;

for (const name of recipes.sort()) {
  if (inBrowsers.includes(name) && !hasChromium) {
    skipGroup(`the recipe ${name}`, `this machine has no chromium: ${howToInstall.chromium}`, 'chromium');
    continue;
  }
  describeWith(name === 'endpoint-url' ? [boto3] : [], `the recipe ${name}`, () => {
    it('passes in a fresh folder', () => expectRecipeToPass(packed, name));
  });
}

describe(`the recipe ${inContainers}`, () => {
  it('compiles', async () => {
    const project = await packed.installIn(recipeFolder(inContainers));
    const { code, stdout } = await project.run('npm', 'run', 'check');
    expect(code, stdout).toBe(0);
  });
});
skipGroup(
  `the recipe ${inContainers}, run`,
  'its container installs @coracle/cli from npm, where it is not published yet',
  inContainers,
);
