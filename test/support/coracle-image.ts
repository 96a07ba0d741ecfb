import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { makeBase } from './base-image.ts';
import { ClientProgram } from './client-program.ts';
import { type Ended, output, run } from './commands.ts';

const makeContext = fileURLToPath(new URL('../../scripts/docker-context.mjs', import.meta.url));

/** The settings of an image for its containers. */
export interface ImageConfig {
  readonly User: string;
  readonly Env: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Cmd: readonly string[];
  readonly Volumes: Readonly<Record<string, unknown>>;
  readonly Healthcheck: { readonly Test: readonly [kind: string, ...command: string[]] };
}

/** The image of Coracle, built by buildah. */
export interface CoracleImage {
  readonly config: ImageConfig;
  /** The image as skopeo reads it. */
  readonly reference: string;
  /** Makes the files of a container, and gives their folder. */
  unpack(): Promise<string>;
}

export async function buildCoracleImage(folder: string): Promise<CoracleImage> {
  const [root, runRoot] = [join(folder, 'root'), join(folder, 'run')];
  const buildah = new ClientProgram('buildah', folder, [
    '--root',
    root,
    '--runroot',
    runRoot,
    '--storage-driver',
    'vfs',
  ]);
  const [base, context] = [join(folder, 'base'), join(folder, 'context')];
  for (const path of [base, context]) mkdirSync(path);
  await makeBase(base);
  await output(process.execPath, [makeContext, context]);
  await buildah.output('bud', '--isolation', 'chroot', '--tag', 'localhost/base', base);
  // The format of OCI has no health checks.
  const format = ['--format', 'docker', '--build-arg', 'BASE=localhost/base'];
  await buildah.output('bud', '--isolation', 'chroot', ...format, '--tag', 'localhost/coracle', context);
  const { Docker } = await buildah.json<{ Docker: { config: ImageConfig } }>(
    ...['inspect', '--type', 'image', 'localhost/coracle'],
  );
  return {
    config: Docker.config,
    reference: `containers-storage:[vfs@${root}+${runRoot}]localhost/coracle`,
    unpack: async () => {
      const container = (await buildah.output('from', 'localhost/coracle')).trim();
      return (await buildah.output('mount', container)).trim();
    },
  };
}

/** The image's command as process 1 of its own, in the image's files, as its user, with its variables. */
export class Container {
  readonly #child: ReturnType<typeof spawn>;
  readonly #closed: Promise<unknown[]>;
  readonly #lines: string[] = [];
  readonly #folder: string;
  readonly #config: ImageConfig;

  constructor(folder: string, config: ImageConfig, variables: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#config = config;
    const command = [...config.Entrypoint, ...config.Cmd];
    // If the test ends early, the container ends with it.
    const args = ['--pid', '--fork', '--kill-child', ...this.#inside(command, variables)];
    this.#child = spawn('unshare', args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#closed = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream) createInterface(stream).on('line', (line) => this.#lines.push(line));
    }
  }

  /** Everything that it has printed. */
  get log(): string {
    return this.#lines.join('\n');
  }

  /** Waits until it has printed a line, and gives what the pattern finds in it. */
  async printed(pattern: RegExp): Promise<string> {
    for (;;) {
      const found = pattern.exec(this.log);
      if (found) return found[1] ?? '';
      if (this.#child.exitCode !== null) throw new Error(`It ended without ${pattern}:\n${this.log}`);
      await Promise.race([once(this.#child.stdout ?? this.#child, 'data'), this.#closed]);
    }
  }

  /** Runs the health check of the image beside it. */
  checkHealth(variables: Readonly<Record<string, string>>): Promise<Ended> {
    const [, ...command] = this.#config.Healthcheck.Test;
    const [program = '', ...args] = this.#inside(command, variables);
    return run(program, args);
  }

  /** The number of its process outside of it. */
  get pid(): number {
    const { pid } = this.#child;
    return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  }

  /** Signals process 1, and gives the exit code. */
  async stop(signal: 'SIGTERM'): Promise<number | null> {
    process.kill(this.pid, signal);
    await this.#closed;
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  #inside(command: readonly string[], variables: Readonly<Record<string, string>>): string[] {
    const { User, Env } = this.#config;
    const given = [...Env, ...Object.entries(variables).map(([name, value]) => `${name}=${value}`)];
    return ['chroot', `--userspec=${User}`, this.#folder, '/usr/bin/env', '-i', ...given, ...command];
  }
}
