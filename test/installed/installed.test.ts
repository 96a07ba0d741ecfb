import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, pack } from './packed.ts';
import { expectRecipeToPass, recipeFolder } from './recipe.ts';
import { weigh } from './weight.ts';

const alone = fileURLToPath(new URL('alone', import.meta.url));

it('each recipe has a row in the README', async () => {
  const readme = await readFile(new URL('../../packages/registry/README.md', import.meta.url), 'utf8');
  const linked = [...readme.matchAll(/\]\(\.\.\/\.\.\/test\/recipes\/([\w-]+)\)/g)].map(([, name]) => name);
  expect([...new Set(linked)].sort()).toEqual((await readdir(recipeFolder('.'))).sort());
});

describe('installed from its tarball', () => {
  let packed: Packed;
  beforeAll(async () => {
    packed = await pack();
  }, 300_000);
  afterAll(() => packed?.remove());

  it('weighs at most 3 MB, with no native code and no install script', { timeout: 120_000 }, async () => {
    const project = await packed.copy(alone);
    const said = await project.run('npm', 'install');
    expect(said.code, said.stderr).toBe(0);
    expect(`${said.stdout}${said.stderr}`).not.toMatch(/warn/i);

    const { bytes, native } = await weigh(join(project.path, 'node_modules'));
    expect(bytes).toBeLessThanOrEqual(3_000_000);
    expect(native).toEqual([]);
    const lock = await readFile(join(project.path, 'package-lock.json'), 'utf8');
    expect(lock).not.toContain('hasInstallScript');
  });

  it.concurrent.each(['node-test', 'jest', 'vitest', 'happy-dom'])(
    'passes the tests of a user of %s',
    { timeout: 180_000 },
    (recipe) => expectRecipeToPass(packed, recipe),
  );
});
