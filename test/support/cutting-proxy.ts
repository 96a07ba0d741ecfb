import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable, Writable } from 'node:stream';

/** Stands before a server, and breaks one long transfer in the middle. */
export interface CuttingProxy {
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  /** Another address of the server, as it is behind this. */
  behind(address: string): string;
  /** How many transfers it broke. */
  readonly cuts: number;
  close(): Promise<void>;
}

/** Cuts the first body of an upload (or of an answer) that has more than `after` bytes, once that many have passed. */
export async function cuttingProxy(url: string, which: 'upload' | 'answer', after: number): Promise<CuttingProxy> {
  let cuts = 0;

  function passUntilCut(from: Readable, to: Writable, cut: () => void): void {
    let passed = 0;
    from.on('data', (chunk: Uint8Array) => {
      passed += chunk.length;
      if (passed <= after || cuts > 0) {
        to.write(chunk);
        return;
      }
      cuts = 1;
      // Cut only after this write: a socket that is destroyed drops all that is still in its buffer.
      to.write(chunk, cut);
    });
    from.on('end', () => to.end());
  }

  const server = createServer((request, response) => {
    const { method = 'GET', headers } = request;
    const forward = httpRequest(new URL(request.url ?? '', url), { method, headers });
    const cut = () => {
      forward.destroy();
      response.destroy();
    };
    forward.on('error', () => response.destroy());
    request.on('error', () => forward.destroy());
    forward.on('response', (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.on('error', () => response.destroy());
      if (which === 'answer') passUntilCut(answer, response, cut);
      else answer.pipe(response);
    });
    if (which === 'upload') passUntilCut(request, forward, cut);
    else request.pipe(forward);
  });

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    host,
    behind: (address) => `${host}${address.slice(address.indexOf('/'))}`,
    get cuts() {
      return cuts;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
