import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** The ways in which the proxy stands in the way of a push. */
export interface FlakyProxyOptions {
  /** The maximum size in bytes of a body. The proxy refuses a larger one with 413. */
  readonly maxBody: number;
  /** The proxy cuts each request whose number is a multiple of this one in the middle of its body. */
  readonly cutEvery?: number;
  /** The proxy answers each request whose number is a multiple of this one with 429 or 503. */
  readonly busyEvery?: number;
  /** Bodies below this size are not cut. */
  readonly cutFrom?: number;
}

interface Counts {
  /** The bytes of the bodies of uploads that clients have sent, without those that were turned away. */
  received: number;
  /** The bytes of the bodies that arrived although the proxy answered them itself. */
  turnedAway: number;
  cuts: number;
  /** How many bodies were too large. */
  refusals: number;
  busy: number;
  /** The size in bytes of the largest body that went through. */
  largest: number;
}

/** A proxy before a registry that behaves as a bad connection with a limit for bodies. */
export interface FlakyProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly counts: Readonly<Counts>;
  /** Called after each cut. */
  onCut: () => void;
  close(): Promise<void>;
}

export async function flakyProxy(url: string, options: FlakyProxyOptions): Promise<FlakyProxy> {
  const { maxBody, cutEvery = 0, busyEvery = 0, cutFrom = 1 } = options;
  const counts: Counts = { received: 0, turnedAway: 0, cuts: 0, refusals: 0, busy: 0, largest: 0 };
  let [requests, bodies] = [0, 0];

  const isNext = (count: number, every: number) => every > 0 && count % every === 0;

  function turnAway(
    request: IncomingMessage,
    response: ServerResponse,
    status: number,
    headers: Record<string, string> = {},
  ): void {
    request
      .on('error', () => undefined)
      .on('data', (chunk: Uint8Array) => {
        counts.turnedAway += chunk.length;
      });
    response.writeHead(status, { ...headers, connection: 'close', 'content-length': '0' });
    response.end();
  }

  function handle(request: IncomingMessage, response: ServerResponse): void {
    requests++;
    const size = Number(request.headers['content-length'] ?? 0);
    if (size > maxBody) {
      counts.refusals++;
      turnAway(request, response, 413);
      return;
    }
    if (isNext(requests, busyEvery)) {
      counts.busy++;
      turnAway(request, response, counts.busy % 2 === 0 ? 503 : 429, { 'retry-after': '1' });
      return;
    }
    const isLayer = (request.url ?? '').includes('/blobs/uploads/') && size >= cutFrom;
    if (isLayer) bodies++;
    pass(request, response, isLayer && isNext(bodies, cutEvery) ? Math.ceil(size / 2) : undefined);
  }

  function pass(request: IncomingMessage, response: ServerResponse, cutAfter: number | undefined): void {
    const { method = 'GET', headers } = request;
    const forward = httpRequest(new URL(request.url ?? '', url), { method, headers, agent: false });
    const cut = () => {
      counts.cuts++;
      forward.destroy();
      response.destroy();
      proxy.onCut();
    };
    forward.on('error', () => response.destroy());
    forward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      answer.pipe(response);
    });
    let passed = 0;
    let isCut = false;
    request.on('error', () => forward.destroy());
    request.on('data', (chunk: Uint8Array) => {
      if ((request.url ?? '').includes('/blobs/uploads/')) counts.received += chunk.length;
      passed += chunk.length;
      if (isCut) return;
      isCut = cutAfter !== undefined && passed >= cutAfter;
      request.pause();
      // Cut only after this write: a socket that is destroyed drops all that is still in its buffer.
      forward.write(chunk, () => (isCut ? cut() : request.resume()));
    });
    request.on('end', () => {
      counts.largest = Math.max(counts.largest, passed);
      forward.end();
    });
  }

  const server = createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const proxy: FlakyProxy = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    counts,
    onCut: () => undefined,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}
