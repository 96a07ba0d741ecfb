import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('an image with a layer of 1 GiB, exported and imported, adds less than 64 MiB to the process', {
  timeout: 300_000,
}, async () => {
  const script = fileURLToPath(new URL('large-image.mts', import.meta.url));
  const node = ['--expose-gc', '--conditions=@coracle/source', '--import', 'tsx', script, '1024'];
  const { stdout } = await promisify(execFile)(process.execPath, node);
  const results = Object.values(JSON.parse(stdout)) as { same: boolean; grownBy: number }[];
  expect(results).toHaveLength(5);
  for (const { same, grownBy } of results) {
    expect(same).toBe(true);
    expect(grownBy).toBeLessThan(64);
  }
});
