import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { awsJsonRequest } from './aws-json.ts';
import type { Ending, FromServer, Measures, ToServer } from './messages.ts';
import { oddRequest, roomiestRequest } from './odd.ts';
import { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';
import { mannerFor, send } from './send.ts';
import { V2Requests } from './v2.ts';

/** How long a run is, and where it starts. The same seed sends the same requests from each of the senders. */
export interface FuzzOptions {
  readonly requests: number;
  readonly seed: number;
  readonly storage: 'memory' | 'folder';
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

const senders = 24;
const beforeFirstMeasure = 1000;
const betweenMeasures = 10_000;
/** Milliseconds that the process gets to end by itself once nothing is open. */
const longestEnd = 10_000;
const program = fileURLToPath(new URL('server.mts', import.meta.url));
const nodeOptions = ['--max-old-space-size=512', '--expose-gc', '--conditions=@coracle/source', '--import', 'tsx'];

/** Serves in a process of its own, with a heap of 512 MB, and sends it requests of all kinds. */
export async function fuzz({ requests, seed, storage, progress }: FuzzOptions): Promise<FuzzReport> {
  const folders = storage === 'folder' ? [await mkdtemp(join(tmpdir(), 'coracle-fuzz-'))] : [];
  const child = spawn(process.execPath, [...nodeOptions, program, ...folders], {
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
    const statuses: Record<string, number> = {};
    let stored = 0;
    let begun = 0;
    let sent = 0;
    let longestBlock = 0;
    let gcPause = 0;
    const measure = async (): Promise<Measures> => {
      const measures = await ask('measure', 'measures');
      longestBlock = Math.max(longestBlock, measures.longestBlock);
      gcPause = Math.max(gcPause, measures.gcPause);
      progress?.(sent, measures);
      return measures;
    };
    const sendOne = async (request: FuzzRequest, random: Random): Promise<void> => {
      const manner = mannerFor(random, request);
      const { statuses: all, head, hung } = await send(url, request, manner, random);
      if (all.length === 0) all.push('none');
      for (const status of all) statuses[status] = (statuses[status] ?? 0) + 1;
      const [status] = all.map(Number);
      if (hung || all.includes('500')) failures.push(described(request, manner, hung ? 'no answer' : head));
      if (status !== undefined && status >= 200 && status < 300 && request.stores) stored++;
      if (status !== undefined) request.heard?.(status, head);
    };
    const sendUntil = async (end: number, lanes: readonly Lane[]): Promise<void> => {
      const lane = async ({ random, next }: Lane): Promise<void> => {
        while (begun < end && !isOver) {
          begun++;
          await sendOne(next(), random);
          sent++;
          if (sent % betweenMeasures === 0) await measure();
        }
      };
      await Promise.all(lanes.map(lane));
    };

    const lanes = Array.from({ length: senders }, (_, nth) => laneOf(seed * senders + nth));
    const askForAllRoom = async (): Promise<void> => {
      const { statuses } = await send(url, roomiestRequest, 'plain', new Random(seed));
      if (statuses[0] !== '400') failures.push(`room is held after ${sent} requests: ${statuses}`);
    };

    await sendUntil(Math.min(requests, beforeFirstMeasure), lanes);
    await askForAllRoom();
    const first = await measure();
    await sendUntil(requests, lanes);
    await askForAllRoom();
    const ending = await ask('end', 'end');
    longestBlock = Math.max(longestBlock, ending.measures.longestBlock);
    gcPause = Math.max(gcPause, ending.measures.gcPause);
    child.disconnect();
    const late = setTimeout(() => child.kill('SIGKILL'), longestEnd);
    const [code, signal] = await exited;
    clearTimeout(late);
    return { sent, statuses, stored, failures, first, longestBlock, gcPause, ending, exit: { code, signal } };
  } finally {
    child.kill('SIGKILL');
    await exited;
    for (const folder of folders) await rm(folder, { recursive: true });
  }
}

interface Lane {
  readonly random: Random;
  readonly next: () => FuzzRequest;
}

/** A sender, which knows of the registry what it was answered itself. */
function laneOf(seed: number): Lane {
  const random = new Random(Math.imul(seed, 0x9e3779b1));
  const v2 = new V2Requests(random);
  const next = (): FuzzRequest => {
    const kind = random.next();
    return kind < 0.65 ? v2.next() : kind < 0.88 ? awsJsonRequest(random) : oddRequest(random);
  };
  return { random, next };
}

function described({ method, target, headers, body }: FuzzRequest, manner: string, answer: string): string {
  const shownHeaders = JSON.stringify(headers ?? {}).slice(0, 300);
  const shownBody = Buffer.from(body ?? []).toString('latin1', 0, 200);
  return `${method} ${target.slice(0, 200)} ${shownHeaders}, ${manner}, ${body?.length ?? 0} bytes ${JSON.stringify(shownBody)}: ${answer}`;
}
