import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { collect, foldersIn, inParallel, pnpm, readManifest } from './tools.mjs';

// The tarball is checked, not the folder, because the tarball is published.
const folder = mkdtempSync(join(tmpdir(), 'coracle-packages-'));
try {
  if (!(await check())) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function check() {
  const packages = foldersIn('packages').filter((it) => readManifest(it).private !== true);
  const filters = packages.flatMap((it) => ['--filter', `./${it}`]);
  const packed = await collect(...pnpm('-r', ...filters, 'pack', '--pack-destination', folder));
  const tarballs = readdirSync(folder).sort();
  if (!packed.ok || tarballs.length !== packages.length) {
    console.error(`${packed.output}\nOf ${packages.length} packages ${tarballs.length} were packed.`);
    return false;
  }
  const results = await inParallel(tarballs, 2, checkOne);
  return results.every(Boolean);
}

async function checkOne(name) {
  const tarball = join(folder, name);
  const checks = [
    await collect('publint', ['run', tarball, '--strict']),
    await collect('attw', [tarball, '--no-color', '--no-emoji', '--exclude-entrypoints', 'package.json']),
  ];
  const ok = checks.every((it) => it.ok);
  console.log(`${ok ? 'ok    ' : 'failed'} ${name}`);
  for (const { output } of checks.filter((it) => !it.ok)) console.error(output);
  return ok;
}
