import { join } from 'node:path';
import { type Ended, output, type RunOptions, run } from './commands.ts';

/** A client program whose settings and logins are in a folder of the test's own, in which it is run. */
export class ClientProgram {
  readonly #command: string;
  readonly #first: readonly string[];
  readonly #options: RunOptions;

  /** `first` are arguments that stand before those of each call. `environment` is added to that of this process. */
  constructor(command: string, folder: string, first: readonly string[] = [], environment: NodeJS.ProcessEnv = {}) {
    this.#command = command;
    this.#first = first;
    const settings = {
      HOME: folder,
      TMPDIR: folder,
      XDG_CONFIG_HOME: folder,
      XDG_RUNTIME_DIR: folder,
      REGCTL_CONFIG: join(folder, 'regctl.json'),
      // They stand before what is in the folders above.
      DOCKER_CONFIG: undefined,
      REGISTRY_AUTH_FILE: undefined,
    };
    this.#options = { cwd: folder, env: { ...process.env, ...settings, ...environment } };
  }

  /**
   * Runs the program and returns its output.
   * @throws Error if it fails
   */
  output(...args: readonly string[]): Promise<string> {
    return output(this.#command, [...this.#first, ...args], this.#options);
  }

  /** Like `output`, with text or bytes for its standard input. */
  outputOf(input: string | Uint8Array, ...args: readonly string[]): Promise<string> {
    return output(this.#command, [...this.#first, ...args], { ...this.#options, input });
  }

  /** Like `output`, and parses the output as JSON. */
  async json<Output>(...args: readonly string[]): Promise<Output> {
    return JSON.parse(await this.output(...args));
  }

  /** Runs the program. Returns its output even if it fails. */
  run(...args: readonly string[]): Promise<Ended> {
    return run(this.#command, [...this.#first, ...args], this.#options);
  }
}
