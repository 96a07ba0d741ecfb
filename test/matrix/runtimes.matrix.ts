import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, type Project, pack } from '../installed/packed.ts';
import { expectTestsToPass, recipeFolder } from '../installed/recipe.ts';
import { run } from '../support/commands.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = fileURLToPath(new URL('runtimes', import.meta.url));

describe('the runtimes', () => {
  let packed: Packed;
  let runtimes: string;
  let recipe: Project;
  beforeAll(async () => {
    packed = await pack();
    runtimes = join((await packed.installIn(fixture)).path, 'node_modules');
    recipe = await packed.installIn(recipeFolder('node-test'));
  });
  afterAll(() => packed?.remove());

  const node = (version: number): string => join(runtimes, `node-${version}`, 'bin', 'node');

  it.each([20, 22, 24, 26])('Node %i passes the tests of a user', (version) =>
    expectTestsToPass(recipe, node(version), '--test'),
  );

  it('Bun passes the tests of a user', () => expectTestsToPass(recipe, join(runtimes, '.bin', 'bun'), 'test'));

  it('Deno passes the tests of a user', () =>
    expectTestsToPass(recipe, join(runtimes, '.bin', 'deno'), 'test', '--allow-all', '--no-check'));

  it.each([22, 24, 26])('Node %i passes the unit tests', async (version) => {
    const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs');
    const packages = ['core', 'fetch-handler', 'aws-sdk'].map((name) => `packages/${name}/src`);
    const options = ['run', '--project', 'unit', '--reporter', 'dot', ...packages];
    const { code, stdout, stderr } = await run(node(version), [vitest, ...options], { cwd: root });
    expect(code, `${stdout}${stderr}`).toBe(0);
  });
});
