import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request as send } from 'node:http';
import { Miniflare, type MiniflareOptions } from 'miniflare';
import { compatibilityDate } from '../workers/workerd.ts';

/** The answer to a request, with the size of its body. */
export interface Answered {
  readonly status: number;
  readonly location: string | undefined;
  readonly bytes: number;
}

/** A Worker in a workerd of its own, whose CPU time can be read. */
export interface MeasuredWorker {
  /**
   * Sends a request, and reads the answer without keeping it.
   * @throws Error if the status of the answer is an error
   */
  send(method: string, path: string, body?: Uint8Array, headers?: Readonly<Record<string, string>>): Promise<Answered>;
  /** Returns the CPU time that workerd has taken since its start, in milliseconds. */
  cpu(): number;
  stop(): Promise<void>;
}

const threadsOf = (pid: string): string[] => readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}`);

/** The kernel counts the CPU time of each thread in nanoseconds. `/proc/<pid>/stat` counts in steps of 10 ms. */
const cpuOf = (pid: string): number =>
  threadsOf(pid).reduce((sum, thread) => sum + Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[0]), 0) /
  1e6;

const workerds = (): string[] =>
  readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'workerd';
    } catch {
      // The process has ended meanwhile.
      return false;
    }
  });

export async function measuredWorker(
  script: string,
  headers: Readonly<Record<string, string>>,
  options: Partial<MiniflareOptions>,
): Promise<MeasuredWorker> {
  const before = new Set(workerds());
  const worker = new Miniflare({ modules: true, script, compatibilityDate, cf: false, ...options } as MiniflareOptions);
  const url = await worker.ready;
  const pid = workerds().find((one) => !before.has(one)) ?? '';
  const agent = new Agent({ keepAlive: true });

  return {
    cpu: () => cpuOf(pid),
    stop: async () => {
      agent.destroy();
      await worker.dispose();
    },
    send: (method, path, body, more = {}) =>
      new Promise((resolve, reject) => {
        const length = body ? { 'content-length': String(body.length) } : {};
        const options = { method, agent, headers: { ...headers, ...more, ...length } };
        const sent = send(new URL(path, url), options, (response) => {
          const { statusCode: status = 0 } = response;
          let bytes = 0;
          let text = '';
          response.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (status >= 400) text += chunk.toString();
          });
          response.on('error', reject);
          response.on('end', () => {
            if (status >= 400) reject(new Error(`${method} ${path} was answered with ${status}: ${text}`));
            else resolve({ status, location: response.headers.location, bytes });
          });
        });
        sent.on('error', reject);
        sent.end(body);
      }),
  };
}
