import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Packed, type Project, pack } from '../installed/packed.ts';

const fixture = fileURLToPath(new URL('types', import.meta.url));

const all = ['5.4', '5.9', '6.0'];
const settings: readonly { module: string; resolution: string; file: string; versions: readonly string[] }[] = [
  // TypeScript 6 calls it deprecated, and 7 does not have it.
  { module: 'commonjs', resolution: 'node10', file: 'use.ts', versions: ['5.4', '5.9'] },
  { module: 'node16', resolution: 'node16', file: 'use.mts', versions: all },
  { module: 'node16', resolution: 'node16', file: 'use.cts', versions: all },
  { module: 'nodenext', resolution: 'nodenext', file: 'use.mts', versions: all },
  { module: 'esnext', resolution: 'bundler', file: 'use.ts', versions: all },
];
const cases = settings.flatMap(({ versions, ...setting }) => versions.map((version) => ({ version, ...setting })));

describe('the types of the published packages', () => {
  let packed: Packed;
  let project: Project;
  beforeAll(async () => {
    packed = await pack();
    project = await packed.installIn(fixture);
    for (const name of ['use.mts', 'use.cts']) await copyFile(join(fixture, 'use.ts'), join(project.path, name));
  });
  afterAll(() => packed?.remove());

  it.each(cases)(
    'compile with TypeScript $version, moduleResolution $resolution, in $file',
    async ({ version, module, resolution, file }) => {
      const compiler = join(project.path, 'node_modules', `typescript-${version}`, 'bin', 'tsc');
      const options = ['--noEmit', '--strict', '--skipLibCheck', 'false', '--target', 'es2022', '--types', 'node'];
      const modules = ['--lib', 'es2022,dom', '--module', module, '--moduleResolution', resolution];
      const { code, stdout } = await project.run(process.execPath, compiler, ...options, ...modules, file);
      expect(code, stdout).toBe(0);
    },
  );
});
