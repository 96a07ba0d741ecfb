import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { build } from './build.mjs';
import { collect, foldersIn, inParallel, isMain, pnpm, readManifest, root } from './tools.mjs';

/**
 * Makes the folder that `docker build` is given: the Dockerfile, and the command with all packages that it needs as
 * tarballs, so that a build asks no registry. Of native packages it has those of this machine's platform.
 */
export async function makeContext(folder) {
  if (!(await build({ forServing: true }))) return false;
  const tarballs = join(folder, 'packages');
  rmSync(tarballs, { recursive: true, force: true });
  mkdirSync(tarballs, { recursive: true });
  copyFileSync(join(root, 'packages', 'cli', 'Dockerfile'), join(folder, 'Dockerfile'));
  const { own, foreign } = packagesOf('@coracle/cli');
  const filters = own.flatMap((it) => ['--filter', `./${it}`]);
  const packed = await collect(...pnpm('-r', ...filters, 'pack', '--pack-destination', tarballs));
  const results = await inParallel(foreign, 2, (path) => tarballOf(path, tarballs));
  const failed = [packed, ...results].find(({ ok }) => !ok);
  if (failed) console.error(failed.output);
  return !failed && readdirSync(tarballs).length === own.length + foreign.length;
}

/**
 * Makes a package's tarball out of its files as they are installed. `npm pack` would leave out those that the package's
 * own list, which was meant for its repository, does not name.
 */
async function tarballOf(path, folder) {
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const staged = mkdtempSync(join(tmpdir(), 'coracle-tarball-'));
  try {
    cpSync(path, join(staged, 'package'), { recursive: true, filter: (file) => basename(file) !== 'node_modules' });
    const tarball = join(folder, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`);
    return await collect('tar', ['-czf', tarball, '-C', staged, 'package']);
  } finally {
    rmSync(staged, { recursive: true, force: true });
  }
}

/** The packages that one needs with itself: folders of the workspace, and those of other people where they are installed. */
function packagesOf(name) {
  const workspace = new Map(foldersIn('packages').map((folder) => [readManifest(folder).name, folder]));
  const own = new Set();
  const foreign = new Set();
  const visit = (wanted, from) => {
    const folder = workspace.get(wanted);
    const path = folder === undefined ? installed(wanted, from) : join(root, folder);
    // An optional package of another platform is not installed.
    if (path === undefined || own.has(folder) || foreign.has(path)) return;
    if (folder === undefined) foreign.add(path);
    else own.add(folder);
    const { dependencies, optionalDependencies } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
    for (const next of Object.keys({ ...dependencies, ...optionalDependencies })) visit(next, path);
  };
  visit(name, root);
  return { own: [...own], foreign: [...foreign] };
}

function installed(name, from) {
  const folders = createRequire(join(from, 'package.json')).resolve.paths(name) ?? [];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found && realpathSync(found);
}

if (isMain(import.meta.url)) {
  const [folder] = process.argv.slice(2);
  if (folder === undefined) console.error('Name the folder to make: node scripts/docker-context.mjs FOLDER');
  if (folder === undefined || !(await makeContext(resolve(folder)))) process.exitCode = 1;
}
