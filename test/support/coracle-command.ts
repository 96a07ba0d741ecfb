import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { ClientProgram } from './client-program.ts';

const command = fileURLToPath(new URL('../../packages/cli/src/cli.ts', import.meta.url));

/** The arguments of Node that run the command `coracle` on its sources, from any folder. */
const coracleArguments: readonly string[] = [
  '--conditions=@coracle/source',
  '--import',
  import.meta.resolve('tsx'),
  command,
];

/** The command `coracle`, with its logins and its cache in a folder of the test's own. */
export const coracleIn = (folder: string, environment: NodeJS.ProcessEnv = {}): ClientProgram =>
  new ClientProgram(process.execPath, folder, coracleArguments, environment);

/** Starts the command in a process of its own, which a test can end. The home folder is `folder`. */
export class StartedCommand {
  readonly child: ChildProcess;
  readonly #closed: Promise<unknown[]>;
  output = '';

  constructor(folder: string, args: readonly string[]) {
    const env = { ...process.env, HOME: folder, XDG_CACHE_HOME: undefined, DOCKER_CONFIG: undefined };
    this.child = spawn(process.execPath, [...coracleArguments, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#closed = once(this.child, 'close');
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.on('data', (text) => {
        this.output += text;
      });
    }
  }

  /** Waits for the end. Returns the exit code, or the signal that ended the process. */
  async ended(): Promise<number | string | null> {
    await this.#closed;
    return this.child.exitCode ?? this.child.signalCode;
  }
}
