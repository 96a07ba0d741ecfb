import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serve } from '@coracle/cli';
import { expect, it, onTestFinished } from 'vitest';
import { writeSparseArchive } from '../support/sparse-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MiB = 1024 * 1024;

it('an image with a layer of 1 GiB, pushed and pulled, adds less than 64 MiB to the process', {
  timeout: 300_000,
}, async () => {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  const server = await serve({ port: 0, createOnPush: true, data: join(folder.path, 'data') });
  onTestFinished(() => server.close({ within: 0 }));
  await writeSparseArchive(join(folder.path, 'small.tar'), 24 * MiB);
  const digest = await writeSparseArchive(join(folder.path, 'large.tar'), 1024 * MiB);

  const script = fileURLToPath(new URL('large-push.mts', import.meta.url));
  const node = ['--expose-gc', '--conditions=@coracle/source', '--import', 'tsx', script];
  const args = [...node, folder.path, new URL(server.url).host, 'small.tar', 'large.tar'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const results = JSON.parse(stdout) as { name: string; code: number; stdout: string; grownBy: number }[];
  expect(results).toHaveLength(4);
  for (const { name, code, stdout, grownBy } of results) {
    expect(code).toBe(0);
    if (name !== 'large.tar') continue;
    expect(stdout).toContain(digest);
    expect(grownBy).toBeLessThan(64);
  }
});
