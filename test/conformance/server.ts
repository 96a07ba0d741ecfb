import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The alias of the public registry that is served: the first segment of a public address. */
export const alias = 'open';

export interface Login {
  readonly username: string;
  readonly password: string;
}

export const login: Login = { username: 'alice', password: 'open sesame' };

export interface Served {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  /** The login that the server needs. If it is missing, access is open. */
  readonly login?: Login;
  stop(): Promise<void>;
}

/** A process that serves. */
export interface ServedProcess extends Served {
  readonly pid: number;
  /** Ends it by SIGKILL. */
  kill(): Promise<void>;
}

const command = fileURLToPath(new URL('../../packages/cli/src/cli.ts', import.meta.url));
const options = ['--port', '0', '--create-on-push', '--alias', alias, '--quiet'];

/** `coracle serve --access closed`, with one user. */
export async function closedServe(): Promise<Served> {
  const environment = { CORACLE_USERNAME: login.username, CORACLE_PASSWORD: login.password };
  return { ...(await coracleServe(['--access', 'closed'], environment)), login };
}

/** `coracle serve`, as a process of its own, on its sources. */
export async function coracleServe(
  more: readonly string[] = [],
  environment: NodeJS.ProcessEnv = {},
): Promise<ServedProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@coracle/source', '--import', 'tsx', command, 'serve', ...options, ...more],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...environment } },
  );
  const closed = once(child, 'close');
  const host = await new Promise<string>((resolve, reject) => {
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      const [, found] = / at http:\/\/(\S+)/.exec(text) ?? [];
      if (found !== undefined) resolve(found);
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`coracle serve ended before it served:\n${text}`)));
  });
  const end = async (signal: 'SIGTERM' | 'SIGKILL') => {
    child.kill(signal);
    await closed;
  };
  return { host, pid: child.pid ?? 0, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
