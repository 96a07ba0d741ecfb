import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { serve } from '@coracle/cli';
import { expect, it, onTestFinished } from 'vitest';
import { output } from '../support/commands.ts';
import { writeSparseArchive } from '../support/sparse-archive.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const MiB = 1024 * 1024;

it('an image with a layer of 1 GiB, pushed from an archive with or without gzip and pulled, adds less than 64 MiB to the process', {
  timeout: 600_000,
}, async () => {
  const folder = await temporaryFolder();
  onTestFinished(folder.remove);
  const server = await serve({ port: 0, createOnPush: true, data: join(folder.path, 'data') });
  onTestFinished(() => server.close({ within: 0 }));
  await writeSparseArchive(join(folder.path, 'small.tar'), 24 * MiB);
  const digest = await writeSparseArchive(join(folder.path, 'large.tar'), 1024 * MiB);
  // It has another layer, since the registry is not sent one that it has.
  const zipped = await writeSparseArchive(join(folder.path, 'zipped.tar'), 1024 * MiB + 512);
  await output('gzip', ['-1', join(folder.path, 'zipped.tar')]);
  const digests: Record<string, string> = { 'large.tar': digest, 'zipped.tar.gz': zipped };

  const script = fileURLToPath(new URL('large-push.mts', import.meta.url));
  const node = ['--expose-gc', '--conditions=@coracle/source', '--import', 'tsx', script];
  const args = [...node, folder.path, new URL(server.url).host, 'small.tar', 'large.tar', 'zipped.tar.gz'];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const results = JSON.parse(stdout) as { name: string; code: number; stdout: string; grownBy: number }[];
  expect(results).toHaveLength(6);
  for (const { name, code, stdout, grownBy } of results) {
    expect(code).toBe(0);
    if (name === 'small.tar') continue;
    expect(stdout).toContain(digests[name]);
    expect(grownBy).toBeLessThan(64);
  }
});
