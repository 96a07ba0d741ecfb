import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, relative } from 'node:path';
import { output } from './commands.ts';

/** The programs that the Dockerfile needs in its base, besides Node and npm. */
const programs = ['sh', 'env', 'mkdir'];

/**
 * Makes the folder of a base image that is like `node:24-slim` to the Dockerfile of Coracle: Node, npm and a shell, from
 * this machine's own files, because a test asks no registry.
 */
export async function makeBase(folder: string): Promise<void> {
  const bin = join(folder, 'usr', 'bin');
  mkdirSync(bin, { recursive: true });
  mkdirSync(join(folder, 'tmp'), { mode: 0o1777 });
  const files = new Map([['node', process.execPath], ...programs.map((name) => [name, onPath(name)] as const)]);
  for (const [name, file] of files) {
    cpSync(realpathSync(file), join(bin, name));
    for (const library of librariesOf(file)) {
      mkdirSync(join(folder, dirname(library)), { recursive: true });
      cpSync(realpathSync(library), join(folder, library));
    }
  }
  // A shell is looked for there by all that run commands.
  mkdirSync(join(folder, 'bin'), { recursive: true });
  if (!existsSync(join(folder, 'bin', 'sh'))) symlinkSync('../usr/bin/sh', join(folder, 'bin', 'sh'));
  const npm = join('usr', 'lib', 'node_modules', 'npm');
  cpSync(join((await output('npm', ['root', '--global'])).trim(), 'npm'), join(folder, npm), { recursive: true });
  symlinkSync(join(relative(bin, join(folder, npm)), 'bin', 'npm-cli.js'), join(bin, 'npm'));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\nENV PATH=/usr/bin:/bin\n');
}

function onPath(name: string): string {
  const found = (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error(`${name} is not installed`);
  return found;
}

/** Gives the libraries that a program is linked to; none if it is linked statically, which ldd calls a failure. */
const librariesOf = (file: string): string[] =>
  [...(spawnSync('ldd', [file], { encoding: 'utf8' }).stdout ?? '').matchAll(/(\/\S+) \(0x/g)].map(
    ([, path = '']) => path,
  );
