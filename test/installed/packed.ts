import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findChromium } from '../../scripts/chromium.mjs';
import { packInto } from '../../scripts/pack.mjs';
import { type Ended, output, run } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** The published packages, packed from a current build, and a place for projects that install them. */
export interface Packed {
  /** The tarballs by the names of their packages. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** Copies a folder out of the workspace and gives its packages of Coracle the tarballs; installs nothing. */
  copy(fixture: string): Promise<Project>;
  /** Copies a folder out of the workspace, and installs its dependencies by `npm install`. */
  installIn(fixture: string): Promise<Project>;
  remove(): Promise<void>;
}

/** A project as its user has it, outside of the workspace. */
export interface Project {
  readonly path: string;
  run(command: string, ...args: string[]): Promise<Ended>;
  /** Gives what a command printed; it must succeed. */
  output(command: string, ...args: string[]): Promise<string>;
}

interface Manifest {
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Settings that this process was started with and that its user's project does not have: only the way to npm stays. */
const ours = [
  /^VITEST/,
  /^(NODE_ENV|NODE_OPTIONS|TEST|DEV|PROD|MODE|BASE_URL|SSR)$/,
  /^npm_(?!config_(registry|proxy|https_proxy|cafile)$)/,
  /^AWS_/,
];
const inherited = Object.entries(process.env).filter(([name]) => !ours.some((pattern) => pattern.test(name)));
const env: NodeJS.ProcessEnv = {
  ...Object.fromEntries(inherited),
  CI: 'true',
  npm_config_update_notifier: 'false',
  NEXT_TELEMETRY_DISABLED: '1',
  // The recipes of browsers read it.
  CHROMIUM_PATH: await findChromium(),
};

/** Packs the published packages, after building what has changed. */
export async function pack(): Promise<Packed> {
  await output(process.execPath, [join(root, 'scripts', 'build.mjs')], { cwd: root });
  const folder = await temporaryFolder();
  const packages = join(folder.path, 'packages');
  await mkdir(packages);
  const tarballs = await packInto(packages);
  let projects = 0;
  const copy = async (fixture: string): Promise<Project> => {
    const path = join(folder.path, `project-${projects++}`);
    await cp(fixture, path, { recursive: true, filter: (source) => !/node_modules|package-lock\.json/.test(source) });
    const file = join(path, 'package.json');
    const manifest = withTarballs(JSON.parse(await readFile(file, 'utf8')), tarballs);
    await writeFile(file, JSON.stringify(manifest, undefined, 2));
    return projectAt(path);
  };
  return {
    tarballs,
    copy,
    installIn: async (fixture) => {
      const project = await copy(fixture);
      await project.output('npm', 'install');
      return project;
    },
    remove: folder.remove,
  };
}

const projectAt = (path: string): Project => ({
  path,
  run: (command, ...args) => run(command, args, { cwd: path, env }),
  output: (command, ...args) => output(command, args, { cwd: path, env }),
});

/** The dependencies of a package that are installed from tarballs too. Before a release, npm's registry lacks them. */
const alsoNeeded: Readonly<Record<string, readonly string[]>> = {
  '@coracle/cli': ['@coracle/registry', '@coracle/storage-lmdb'],
};

function withTarballs(manifest: Manifest, tarballs: ReadonlyMap<string, string>): Manifest {
  const wanted = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }).filter((it) =>
    tarballs.has(it),
  );
  const names = new Set(wanted.flatMap((name) => [name, ...(alsoNeeded[name] ?? [])]));
  const others = (of: Record<string, string> = {}) =>
    Object.fromEntries(Object.entries(of).filter(([name]) => !names.has(name)));
  const files = [...names].map((name) => [name, `file:${tarballs.get(name)}`]);
  return {
    ...manifest,
    dependencies: others(manifest.dependencies),
    devDependencies: { ...others(manifest.devDependencies), ...Object.fromEntries(files) },
  };
}
