import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, type Project, pack } from '../installed/packed.ts';
import { weigh } from '../installed/weight.ts';

const alone = fileURLToPath(new URL('../installed/alone', import.meta.url));

interface Installer {
  readonly name: string;
  readonly command: readonly [command: string, ...args: string[]];
  /** Files that make the folder a project of this installer, with a cache of its own. */
  readonly files?: Readonly<Record<string, string>>;
  /** Lines that are no warnings about the package. */
  readonly expected?: RegExp;
}

const installers: readonly Installer[] = [
  { name: 'npm', command: ['npm', 'install'] },
  { name: 'pnpm 10', command: ['npx', '--yes', 'pnpm@10.34.9', 'install', '--no-frozen-lockfile'] },
  {
    name: 'yarn 1',
    command: ['npx', '--yes', 'yarn@1.22.22', 'install', '--cache-folder', '.yarn-cache'],
    // The project of the test has no license, and yarn 1 wants one of every project.
    expected: /^warning package\.json: No license field$/,
  },
  {
    name: 'yarn 4',
    command: ['npx', '--yes', '@yarnpkg/cli-dist@4.18.1', 'install', '--no-immutable'],
    files: { 'yarn.lock': '', '.yarnrc.yml': 'nodeLinker: node-modules\nenableGlobalCache: false\n' },
  },
];

describe.each(installers)('$name', ({ command: [command, ...args], files = {}, expected }) => {
  let packed: Packed;
  let project: Project;
  beforeAll(async () => {
    packed = await pack();
    project = await packed.copy(alone);
    for (const [name, text] of Object.entries(files)) await writeFile(join(project.path, name), text);
  });
  afterAll(() => packed?.remove());

  it('installs the registry without a warning, at most 3 MB and no native code', async () => {
    const { code, stdout, stderr } = await project.run(command, ...args);
    expect(code, `${stdout}${stderr}`).toBe(0);
    const warnings = `${stdout}${stderr}`.split('\n').filter((line) => /warn/i.test(line) && !expected?.test(line));
    expect(warnings).toEqual([]);

    const modules = join(project.path, 'node_modules');
    expect(await readdir(join(modules, '@coracle'))).toEqual(['registry']);
    const { bytes, native } = await weigh(modules);
    expect(bytes).toBeLessThanOrEqual(3_000_000);
    expect(native).toEqual([]);
  });
});
