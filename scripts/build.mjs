import { existsSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  collect,
  digestOf,
  foldersIn,
  inParallel,
  isMain,
  isStamped,
  readManifest,
  root,
  secondsSince,
  stamp,
  unstamp,
} from './tools.mjs';

const inputs = ['src', 'scripts', 'package.json', 'tsup.config.ts', 'tsconfig.json'];
const sharedInputs = ['tsup.base.ts', 'tsconfig.base.json', 'pnpm-lock.yaml'];

/** The packages that are not published are built into the registry. */
const isPublished = (folder) => readManifest(folder).private !== true;
const builtInto = (folder) =>
  folder === 'packages/registry' ? [folder, ...foldersIn('packages').filter((it) => !isPublished(it))] : [folder];
const digestFor = (folder) =>
  digestOf([...sharedInputs, ...builtInto(folder).flatMap((it) => inputs.map((name) => `${it}/${name}`))]);

/** Names the stamp of a kind of build. `npm start` needs no declarations, so a whole build serves it too. */
const stampFor = (folder, kind) => `build-${kind}-${basename(folder)}`;

function isBuilt(folder, kinds) {
  const targets = Object.values(readManifest(folder).exports).filter((target) => typeof target === 'object');
  const files = targets.flatMap((target) => [target.import.default, target.require.default]);
  return (
    files.every((file) => existsSync(join(root, folder, file))) &&
    kinds.some((kind) => isStamped(stampFor(folder, kind), digestFor(folder)))
  );
}

/** The packages that `coracle serve` runs. */
const served = ['packages/cli', 'packages/registry', 'packages/storage-lmdb'];

/** Builds the packages that have changed since they were built; `forServing`, only what `coracle serve` runs. */
export async function build({ forServing = false } = {}) {
  const wanted = forServing ? served : foldersIn('packages').filter(isPublished);
  const stale = wanted.filter((folder) => !isBuilt(folder, forServing ? ['served', 'whole'] : ['whole']));
  if (stale.length === 0) return true;
  console.log('Building what has changed …');
  // In no order: packages take each other's types from the sources, and nothing else from each other.
  const results = await inParallel(stale, 2, (folder) => buildOne(folder, forServing));
  return results.every(Boolean);
}

async function buildOne(folder, forServing) {
  const start = performance.now();
  // Taken before, so that what is edited during the build is built again; and a broken-off build leaves no stamp.
  const digest = digestFor(folder);
  for (const kind of ['served', 'whole']) unstamp(stampFor(folder, kind));
  // Not by tsup's `clean`: a package with a command has two builds, and each would delete the other's files.
  rmSync(join(root, folder, 'dist'), { recursive: true, force: true });
  const env = forServing ? { BUILD_NO_TYPES: '1' } : {};
  const { ok, output } = await collect('npm', ['run', '--silent', 'build'], { cwd: join(root, folder), env });
  if (ok) {
    stamp(stampFor(folder, forServing ? 'served' : 'whole'), digest);
    console.log(`  ${readManifest(folder).name}: ${secondsSince(start)}`);
  } else console.error(`${output}\n  ${readManifest(folder).name} could not be built.`);
  return ok;
}

if (isMain(import.meta.url) && !(await build())) process.exitCode = 1;
