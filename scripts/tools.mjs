import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export const readManifest = (folder) => JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));

/** The folders of the workspace in `packages`, `demos`: those with a package.json, as others come and go. */
export const foldersIn = (parent) =>
  (existsSync(join(root, parent)) ? readdirSync(join(root, parent)) : [])
    .map((name) => `${parent}/${name}`)
    .filter((folder) => existsSync(join(root, folder, 'package.json')));

// Not in package.json's `packageManager`: with that field any other version of pnpm refuses to run.
const pnpmVersion = '10.34.9';

const windows = process.platform === 'win32';

const options = ({ cwd = root, env = {} } = {}) => ({
  cwd,
  shell: windows,
  env: {
    ...process.env,
    PATH: `${join(root, 'node_modules', '.bin')}${delimiter}${process.env.PATH}`,
    npm_config_update_notifier: 'false',
    ...env,
  },
});

/** Runs a command in the root with its output passed on; gives whether it succeeded. */
export function run(command, args, settings) {
  const { status, error } = spawnSync(command, args, { ...options(settings), stdio: 'inherit' });
  if (error) console.error(`${command}: ${error.message}`);
  return status === 0;
}

/** Runs a command and keeps its output, so that several side by side stay readable. */
export function collect(command, args, settings) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options(settings), stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('error', (error) => resolve({ ok: false, output: `${command}: ${error.message}` }));
    child.on('close', (code) => resolve({ ok: code === 0, output }));
  });
}

/** How to run pnpm. It comes through npx: a machine that has Node has npx, and may not have pnpm. */
export const pnpm = (...args) => ['npx', ['--yes', `pnpm@${pnpmVersion}`, ...args]];

/** The results of `work` for all items, with at most `width` of them under way. */
export async function inParallel(items, width, work) {
  const results = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length) {
      const i = next++;
      results[i] = await work(items[i]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

export const secondsSince = (start) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

function filesBelow(path) {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** Of contents, not of times: a checkout gives new times to files that it did not change, and old ones to none. */
export function digestOf(paths) {
  const hash = createHash('sha256').update(`${process.version} ${pnpmVersion}`);
  for (const file of paths.flatMap((path) => filesBelow(join(root, path)))) {
    hash.update(`\0${relative(root, file)}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}

// Inside node_modules, so that no stamp outlives what it vouches for.
const stampFile = (name) => join(root, 'node_modules', '.cache', 'coracle', name);

/** Whether the last success under this name was with this digest. */
export const isStamped = (name, digest) =>
  existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === digest;

export function stamp(name, digest) {
  mkdirSync(dirname(stampFile(name)), { recursive: true });
  writeFileSync(stampFile(name), digest);
}

export const unstamp = (name) => rmSync(stampFile(name), { recursive: true, force: true });

export const isMain = (url) => process.argv[1] !== undefined && fileURLToPath(url) === process.argv[1];
