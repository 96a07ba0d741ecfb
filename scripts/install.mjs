import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, foldersIn, isStamped, pnpm, root, run, stamp } from './tools.mjs';

/** pnpm's own copy of the lock file as it was installed: it differs when someone installed something else by hand. */
function isInstalled() {
  const installed = join(root, 'node_modules', '.pnpm', 'lock.yaml');
  return existsSync(installed) && readFileSync(installed).equals(readFileSync(join(root, 'pnpm-lock.yaml')));
}

/** Installs what the lock file says, unless that is what is there. */
export function install() {
  const manifests = ['.', 'test', ...foldersIn('packages'), ...foldersIn('demos')].map((it) => `${it}/package.json`);
  const digest = digestOf(['pnpm-lock.yaml', 'pnpm-workspace.yaml', ...manifests]);
  if (isStamped('install', digest) && isInstalled()) return true;
  console.log('Installing what pnpm-lock.yaml names …');
  if (!run(...pnpm('install', '--frozen-lockfile', '--prefer-offline'))) return false;
  stamp('install', digest);
  return true;
}
