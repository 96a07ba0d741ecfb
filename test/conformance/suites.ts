import { existsSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { run } from '../support/commands.ts';

/** The official conformance suites of the OCI distribution specification, each built with Go by the name of its module. */

const module = 'github.com/opencontainers/distribution-spec/conformance';
const folder = fileURLToPath(new URL('../../.cache/conformance', import.meta.url));

/** One version of the module. */
export interface Suite {
  readonly name: 'main' | 'v1.1.1';
  readonly version: string;
  /** The older one is a package of tests. */
  readonly isTest: boolean;
  /** The checksums for go.sum, because the checksum database does not know every version. */
  readonly sums: readonly string[];
}

export const main: Suite = { name: 'main', version: 'v0.0.0-20260716174315-967efdc079b9', isTest: false, sums: [] };

export const v1: Suite = {
  name: 'v1.1.1',
  version: 'v0.0.0-20250123160558-a139cc423184',
  isTest: true,
  sums: ['h1:7bNCAFy3pSZzsM+xTEhbhSKzYcVMVf/g8lT71MMlkjU=', '/go.mod h1:DOO4RzIigGVoAksLURsDbKHpJ8zX5eEQfsmkqY39yyE='],
};

/** A suite that can be run, or why it is not available on this machine. */
export type Built = { readonly program: string } | { readonly missing: string };

const broken = (what: string, text: string) => new Error(`${what}:\n${text}`);

/**
 * Builds a suite, once for all runs. If TESTS_DISTRIBUTION_SPEC names a clone of the specification's repository, the
 * suite comes from there. The module proxy may not have it.
 * @throws Error if the suite is available but cannot be built
 */
export async function build(suite: Suite): Promise<Built> {
  const program = join(folder, `${suite.name}-${suite.version}`);
  if (existsSync(program)) return { program };
  if ((await go(['version'], '.')).code !== 0) return { missing: 'Go is not installed' };
  const workshop = join(folder, `build-${suite.name}-${process.pid}`);
  await mkdir(workshop, { recursive: true });
  try {
    const clone = process.env['TESTS_DISTRIBUTION_SPEC'];
    const missing = await (clone ? fromClone(suite, workshop, clone) : byName(suite, workshop));
    if (missing !== undefined) return { missing };
    // So that another run at the same time never finds half of it.
    await rename(join(workshop, 'program'), program);
    return { program };
  } finally {
    await rm(workshop, { recursive: true, force: true });
  }
}

const go = (args: readonly string[], cwd: string) =>
  run('go', args, { cwd }).catch(() => ({ code: null, stdout: '', stderr: 'there is no go' }));

const compile = ({ isTest }: Suite, what: string, output: string): readonly string[] => [
  ...(isTest ? ['test', '-c'] : ['build']),
  '-mod=mod',
  '-o',
  output,
  what,
];

async function byName(suite: Suite, workshop: string): Promise<string | undefined> {
  const { version, sums } = suite;
  await writeFile(join(workshop, 'go.mod'), `module conformance\n\ngo 1.24\n\nrequire ${module} ${version}\n`);
  const lines = sums.map((sum) => `${module} ${version}${sum.startsWith('/') ? '' : ' '}${sum}\n`);
  await writeFile(join(workshop, 'go.sum'), lines.join(''));
  const { code, stderr } = await go(compile(suite, module, 'program'), workshop);
  if (code === 0) return undefined;
  // A line that names the module with its version is about fetching it, not about compiling it.
  const why = stderr.split('\n').find((line) => line.includes(`${module}@${version}: `));
  if (why === undefined) throw broken(`The suite ${suite.name} cannot be built`, stderr);
  return `the Go module proxy has it not: ${why.slice(why.lastIndexOf(': ') + 2)}`;
}

async function fromClone(suite: Suite, workshop: string, clone: string): Promise<string | undefined> {
  const commit = suite.version.slice(-12);
  const archive = join(workshop, 'source.tar');
  const packed = await run('git', ['-C', clone, 'archive', `--output=${archive}`, commit, 'conformance']);
  if (packed.code !== 0) return `${clone} has not the commit ${commit}`;
  const unpacked = await run('tar', ['-xf', archive], { cwd: workshop });
  if (unpacked.code !== 0) throw broken(`${archive} cannot be unpacked`, unpacked.stderr);
  const { code, stderr } = await go(compile(suite, '.', '../program'), join(workshop, 'conformance'));
  if (code !== 0) throw broken(`The suite ${suite.name} cannot be built`, stderr);
  return undefined;
}
