import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ending, FromServer, Measures, ToServer } from './messages.ts';
import { type FuzzAccess, Sending } from './sending.ts';

/** How long a run is, and where it starts. The same seed sends the same requests from each of the senders. */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  readonly storage: 'memory' | 'folder';
  /** Whether access is open, and who sends if it is closed; `open` by default. */
  readonly access?: FuzzAccess;
  /** Is told once in a while how many requests were sent, and what the server's measures are. */
  readonly progress?: (sent: number, measures: Measures) => void;
}

export interface FuzzReport {
  readonly sent: number;
  /** Answers by status; `none`: the connection ended without one. */
  readonly statuses: Readonly<Record<string, number>>;
  /** Requests that succeeded and stored something. */
  readonly stored: number;
  /** Requests that were answered by 500, or never, and errors that the server met. */
  readonly failures: readonly string[];
  /** After the first 1,000 requests. */
  readonly first: Measures;
  readonly longestBlock: number;
  readonly gcPause: number;
  readonly ending: Ending;
  /** Of the server's process, which ends by itself. */
  readonly exit: { readonly code: number | null; readonly signal: string | null };
}

const beforeFirstMeasure = 1000;
const betweenMeasures = 10_000;
/** Milliseconds that the process gets to end by itself once nothing is open. */
const longestEnd = 10_000;
const program = fileURLToPath(new URL('server.mts', import.meta.url));
const nodeOptions = ['--max-old-space-size=512', '--expose-gc', '--conditions=@coracle/source', '--import', 'tsx'];

/** Serves in a process of its own, with a heap of 512 MB, and sends it requests of all kinds. */
export async function fuzz({ requests, seed, storage, access = 'open', progress }: FuzzOptions): Promise<FuzzReport> {
  const folders = storage === 'folder' ? [await mkdtemp(join(tmpdir(), 'coracle-fuzz-'))] : [];
  const child = spawn(process.execPath, [...nodeOptions, program, access, ...folders], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const exited = once(child, 'exit') as Promise<[code: number | null, signal: string | null]>;
  let isOver = false;
  void exited.then(() => {
    isOver = true;
  });
  const failures: string[] = [];
  child.on('message', (message: FromServer) => {
    if (message.is === 'failure') failures.push(message.text);
  });
  const heard = <K extends FromServer['is']>(is: K) =>
    new Promise<Extract<FromServer, { is: K }>>((resolve, reject) => {
      const listen = (message: FromServer): void => {
        if (message.is !== is) return;
        child.off('message', listen);
        resolve(message as Extract<FromServer, { is: K }>);
      };
      child.on('message', listen);
      void exited.then(() => reject(new Error(`The server ended before it said "${is}"`)));
    });
  const ask = <K extends FromServer['is']>(question: ToServer, answer: K) => {
    const answered = heard(answer);
    child.send(question);
    return answered;
  };

  try {
    const url = new URL((await heard('serving')).url);
    let longestBlock = 0;
    let gcPause = 0;
    const measure = async (): Promise<Measures> => {
      const measures = await ask('measure', 'measures');
      longestBlock = Math.max(longestBlock, measures.longestBlock);
      gcPause = Math.max(gcPause, measures.gcPause);
      progress?.(sending.count, measures);
      return measures;
    };
    const sending: Sending = new Sending(url, {
      seed,
      access,
      sent: async (count) => void (count % betweenMeasures === 0 && (await measure())),
    });

    await sending.until(Math.min(requests, beforeFirstMeasure), () => isOver);
    await sending.askForAllRoom();
    const first = await measure();
    await sending.until(requests, () => isOver);
    await sending.askForAllRoom();
    const ending = await ask('end', 'end');
    longestBlock = Math.max(longestBlock, ending.measures.longestBlock);
    gcPause = Math.max(gcPause, ending.measures.gcPause);
    child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), longestEnd);
    const [code, signal] = await exited;
    clearTimeout(late);
    failures.push(...sending.failures);
    const { count: sent, statuses, stored } = sending;
    return { sent, statuses, stored, failures, first, longestBlock, gcPause, ending, exit: { code, signal } };
  } finally {
    child.kill('SIGKILL');
    await exited;
    for (const folder of folders) await rm(folder, { recursive: true });
  }
}
