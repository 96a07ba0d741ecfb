import { join } from 'node:path';
import { type Ended, output, type RunOptions, run } from './commands.ts';

const plainHttp = {
  copy: ['--src-tls-verify=false', '--dest-tls-verify=false'],
  login: ['--tls-verify=false'],
  inspect: ['--tls-verify=false'],
  'list-tags': ['--tls-verify=false'],
  delete: ['--tls-verify=false'],
};

/** skopeo, with its logins in a folder of the test's own. */
export class Skopeo {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Runs skopeo and returns its output.
   * @throws Error if it fails
   */
  output(command: keyof typeof plainHttp, ...args: readonly string[]): Promise<string> {
    return output('skopeo', this.#args(command, args), this.#options());
  }

  /** Copies an image with every digest as it was. */
  copy(from: string, to: string, ...flags: readonly string[]): Promise<string> {
    return this.output('copy', '--preserve-digests', ...flags, from, to);
  }

  /** Runs it to its end, whatever that is. */
  run(command: keyof typeof plainHttp, ...args: readonly string[]): Promise<Ended> {
    return run('skopeo', this.#args(command, args), this.#options());
  }

  async login(host: string, password: string): Promise<string> {
    const args = ['--username', 'AWS', '--password-stdin', host];
    return output('skopeo', this.#args('login', args), { ...this.#options(), input: password });
  }

  #args(command: keyof typeof plainHttp, args: readonly string[]): string[] {
    return ['--insecure-policy', command, ...plainHttp[command], ...args];
  }

  #options(): RunOptions {
    return { env: { ...process.env, REGISTRY_AUTH_FILE: join(this.#folder, 'logins.json') } };
  }
}
