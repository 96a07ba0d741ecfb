import { Agent as HttpAgent, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { ContentError, RemoteError, RetriableError } from './failure.ts';

/** The body of a request. `read` is called again for each try. */
export interface RequestBody {
  /** The size in bytes. */
  readonly size: number;
  read(): AsyncIterable<Uint8Array>;
}

/** A request to a server, without redirects, logins and retries. */
export interface Outgoing {
  readonly method: string;
  readonly url: URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: RequestBody | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** The answer to a request. Its body must be read or thrown away. */
export interface Answer {
  readonly status: number;
  readonly url: URL;
  /** Returns a header. Undefined if the answer does not have it. */
  header(name: string): string | undefined;
  readonly body: AsyncIterable<Uint8Array>;
  /** Throws the body away. The connection is closed if much of the body is left. */
  discard(): void;
}

export type Exchange = (outgoing: Outgoing) => Promise<Answer>;

/** The longest time in milliseconds in which a connection may move no byte. A registry may hash a large layer meanwhile. */
const longestSilence = 300_000;

const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

/**
 * Sends a request over HTTP or HTTPS, and returns the answer as soon as its headers are there, even if the body was not
 * sent completely.
 *
 * Node's fetch is not used: it cannot send a stream with a Content-Length, and it hides answers that come early.
 * @throws ContentError if the body cannot be read
 * @throws Error of Node if the connection breaks
 */
export const exchange: Exchange = ({ method, url, headers = {}, body, signal }) => {
  signal?.throwIfAborted();
  const needsLength = method !== 'GET' && method !== 'HEAD';
  const options: RequestOptions = {
    method,
    headers: {
      'user-agent': 'coracle',
      ...(needsLength ? { 'content-length': String(body?.size ?? 0) } : {}),
      ...headers,
    },
    ...(signal ? { signal } : {}),
  };
  return new Promise((resolve, reject) => {
    const isSecure = url.protocol === 'https:';
    const request = isSecure
      ? httpsRequest(url, { ...options, agent: agents.https })
      : httpRequest(url, { ...options, agent: agents.http });
    const state = { isAnswered: false };
    request.setTimeout(longestSilence, () =>
      request.destroy(new RetriableError(`${url.host} was silent for ${longestSilence / 60_000} minutes`)),
    );
    request.on('error', (error) => reject(signal?.aborted ? signal.reason : error));
    // Node sends no response of this status, and a request without this listener would never be settled.
    request.on('upgrade', (_, socket) => {
      socket.destroy();
      reject(
        new RemoteError('refused', `${url.host} answered with 101, as no registry does. Check its name and its port`),
      );
    });
    request.on('response', (message) => {
      state.isAnswered = true;
      // An answer that came early ends the request: the rest of the body is not sent.
      const end = () => request.writableFinished || request.destroy();
      message.once('end', end).once('error', end);
      resolve(answerOf(message, url));
    });
    send(request, body, state).catch((error: unknown) => {
      reject(error);
      request.destroy();
    });
  });
};

/** Writes a body into a request, as fast as the connection takes it, until the answer is there. */
async function send(
  request: ReturnType<typeof httpRequest>,
  body: RequestBody | undefined,
  state: { readonly isAnswered: boolean },
): Promise<void> {
  if (body === undefined) return void request.end();
  let sent = 0;
  for await (const bytes of contentOf(body)) {
    if (state.isAnswered || request.destroyed) return;
    sent += bytes.length;
    if (!request.write(bytes)) await drained(request);
  }
  if (request.destroyed || state.isAnswered) return;
  if (sent !== body.size) {
    throw new ContentError(
      new Error(`The content has ${sent} bytes instead of ${body.size}: it was changed meanwhile`),
    );
  }
  request.end();
}

async function* contentOf(body: RequestBody): AsyncGenerator<Uint8Array> {
  try {
    yield* body.read();
  } catch (error) {
    throw new ContentError(error);
  }
}

/** Resolves when a request takes more bytes, was answered, or has ended. */
function drained(request: ReturnType<typeof httpRequest>): Promise<void> {
  return new Promise((resolve) => {
    const events = ['drain', 'close', 'response'] as const;
    const done = () => {
      for (const event of events) request.off(event, done);
      resolve();
    };
    for (const event of events) request.on(event, done);
    if (request.destroyed) done();
  });
}

const answerOf = (message: IncomingMessage, url: URL): Answer => ({
  status: message.statusCode ?? 0,
  url,
  header: (name) => {
    const value = message.headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  },
  body: message,
  discard: () => discard(message),
});

/** The maximum number of bytes that are read and thrown away, so that the connection can be used again. */
const maxDiscarded = 64 * 1024;
/** The longest time in milliseconds for this. A body that never ends must not keep the process alive. */
const longestDiscard = 2000;

function discard(message: IncomingMessage): void {
  let left = maxDiscarded;
  const timer = setTimeout(() => message.destroy(), longestDiscard).unref();
  message.on('close', () => clearTimeout(timer));
  message.on('data', (bytes: Uint8Array) => {
    left -= bytes.length;
    if (left < 0) message.destroy();
  });
  message.on('error', () => undefined);
}

/**
 * Reads the body of an answer whole.
 * @throws Error if it has more than `most` bytes
 */
export async function bytesOf({ body, url }: Answer, most: number): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of body) {
    size += bytes.length;
    if (size > most)
      throw new Error(`${url.host} answered with more than ${most} bytes, which is more than this command reads`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}
