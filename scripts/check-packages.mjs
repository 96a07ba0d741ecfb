import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { packInto } from './pack.mjs';
import { collect, inParallel } from './tools.mjs';

/** No program imports these files as modules. */
const notModules = ['package.json', 'service-worker.script.js'];

// The tarball is checked, not the folder, because the tarball is published.
const folder = mkdtempSync(join(tmpdir(), 'coracle-packages-'));
try {
  const tarballs = await packInto(folder);
  const results = await inParallel([...tarballs.values()], 2, checkOne);
  if (!results.every(Boolean)) process.exitCode = 1;
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkOne(tarball) {
  const checks = [
    await collect('publint', ['run', tarball, '--strict']),
    await collect('attw', [tarball, '--no-color', '--no-emoji', '--exclude-entrypoints', ...notModules]),
  ];
  const ok = checks.every((it) => it.ok);
  console.log(`${ok ? 'ok    ' : 'failed'} ${basename(tarball)}`);
  for (const { output } of checks.filter((it) => !it.ok)) console.error(output);
  return ok;
}
