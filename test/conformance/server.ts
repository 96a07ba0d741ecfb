import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** The alias of the public registry that is served: the first segment of a public address. */
export const alias = 'open';

export interface Served {
  /** `127.0.0.1:PORT` */
  readonly host: string;
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

/** `coracle serve`, as a process of its own, on its sources. */
export async function coracleServe(more: readonly string[] = []): Promise<ServedProcess> {
  const child = spawn(
    process.execPath,
    ['--conditions=@coracle/source', '--import', 'tsx', command, 'serve', ...options, ...more],
    { stdio: ['ignore', 'pipe', 'inherit'] },
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
