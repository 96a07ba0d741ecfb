import { connect, type Socket } from 'node:net';
import type { Random } from './random.ts';
import type { FuzzRequest } from './request.ts';

const MiB = 1024 * 1024;
const crlf = '\r\n';
/** Milliseconds after which the server is taken to hang: it says itself that it waits no longer for a client. */
const patience = 150_000;

/** How the bytes of requests go over a connection. */
export type Manner =
  | 'plain'
  | 'many'
  | 'many, and gone'
  | 'chunked'
  | 'in small writes'
  | 'slow'
  | 'read slowly'
  | 'too short a body'
  | 'too long a body'
  | 'two lengths'
  | 'broken chunks'
  | 'broken off in the head'
  | 'broken off in the body'
  | 'not waited for'
  | 'ended early';

export interface Heard {
  /** Of every final answer on the connection, in order. */
  readonly statuses: string[];
  /** The first answer, up to its body. */
  readonly head: string;
  readonly hung: boolean;
}

/** Most requests are sent as a client does; each other manner gets its share. */
export function mannerFor(random: Random, { body }: FuzzRequest): Manner {
  if (random.chance(0.75)) return 'plain';
  const any = [
    'many',
    'many, and gone',
    'read slowly',
    'broken off in the head',
    'not waited for',
    'ended early',
    'slow',
  ] as const;
  const bodies = [
    'chunked',
    'chunked',
    'in small writes',
    'too short a body',
    'too long a body',
    'two lengths',
    'broken chunks',
    'broken off in the body',
  ] as const;
  return body === undefined ? random.pick(any) : random.pick([...any, ...bodies]);
}

function headOf({ method, target, headers = {}, body }: FuzzRequest, manner: Manner, isLast: boolean): Buffer {
  const size = body?.length ?? 0;
  const framing =
    body === undefined
      ? []
      : ({
          chunked: ['transfer-encoding: chunked'],
          'broken chunks': ['transfer-encoding: chunked'],
          'two lengths': ['transfer-encoding: chunked', `content-length: ${size}`],
          'too short a body': [`content-length: ${size + 5}`],
        }[manner as string] ?? [`content-length: ${size}`]);
  const all = { host: 'localhost', ...(isLast && { connection: 'close' }), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from([`${method} ${target} HTTP/1.1`, ...lines, ...framing, '', ''].join(crlf), 'latin1');
}

function bodyOf({ body = Buffer.alloc(0) }: FuzzRequest, manner: Manner): Buffer {
  const chunk = (size: string) => Buffer.concat([Buffer.from(size + crlf), body, Buffer.from(crlf)]);
  const end = Buffer.from(`0${crlf}${crlf}`);
  switch (manner) {
    case 'chunked':
    case 'two lengths':
      return body.length === 0 ? end : Buffer.concat([chunk(body.length.toString(16)), end]);
    case 'broken chunks':
      return Buffer.concat([chunk(`${(body.length + 1).toString(16)};x=y`), Buffer.from('zz'), end]);
    case 'too long a body':
      return Buffer.concat([body, Buffer.from('more')]);
    default:
      return Buffer.from(body.buffer, body.byteOffset, body.length);
  }
}

/** Sends a request on a connection of its own, and hears what comes back until the server closes it. */
export function send(url: URL, request: FuzzRequest, manner: Manner, random: Random): Promise<Heard> {
  const socket = connect(Number(url.port), url.hostname);
  const heard = hear(socket);
  void write(socket, request, manner, random);
  return heard;
}

function hear(socket: Socket): Promise<Heard> {
  let text = '';
  let hung = false;
  const timer = setTimeout(() => {
    hung = true;
    socket.destroy();
  }, patience);
  return new Promise((resolve) => {
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    // A reset is a way of closing.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      const all = [...text.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].map(([, status = '']) => status);
      const final = text.slice(Math.max(0, text.search(/HTTP\/1\.1 (?!100)/)));
      const end = final.indexOf(crlf + crlf);
      resolve({ statuses: all.filter((status) => status !== '100'), head: final.slice(0, end), hung });
    });
  });
}

async function write(socket: Socket, request: FuzzRequest, manner: Manner, random: Random): Promise<void> {
  const body = bodyOf(request, manner);
  const bytes = Buffer.concat([headOf(request, manner, true), body]);
  switch (manner) {
    case 'many':
    case 'many, and gone': {
      // Each is sent before the previous answer has come. All but the last keep the connection.
      const one = Buffer.concat([headOf(request, manner, false), body]);
      const before = random.below(body.length > MiB ? 2 : 12);
      if (manner === 'many, and gone') socket.pause();
      socket.write(Buffer.concat([...Array.from({ length: before }, () => one), bytes]));
      if (manner === 'many') break;
      await pause(random.below(30));
      socket.resetAndDestroy();
      return;
    }
    case 'broken off in the head':
      socket.write(bytes.subarray(0, random.below(bytes.length - body.length)));
      await pause(random.below(5));
      socket.destroy();
      return;
    case 'broken off in the body':
      socket.write(bytes.subarray(0, bytes.length - random.below(body.length + 1)));
      await pause(random.below(20));
      socket.resetAndDestroy();
      return;
    case 'not waited for':
      socket.write(bytes);
      await pause(random.below(3));
      socket.destroy();
      return;
    case 'slow':
    case 'in small writes': {
      const parts = 1 + random.below(manner === 'slow' ? 8 : 60);
      const each = Math.ceil(bytes.length / parts);
      for (let at = 0; at < bytes.length && !socket.destroyed; at += each) {
        socket.write(bytes.subarray(at, at + each));
        if (manner === 'slow') await pause(random.below(30));
      }
      break;
    }
    case 'read slowly':
      socket.write(bytes);
      socket.pause();
      await pause(random.below(300));
      socket.resume();
      break;
    case 'ended early':
    case 'too short a body':
      socket.end(bytes);
      break;
    default:
      socket.write(bytes);
  }
  if (request.ends) socket.end();
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
