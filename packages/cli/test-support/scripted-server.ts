import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request that a scripted server has got. */
export interface Asked {
  /** `GET /v2/`. */
  readonly line: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/**
 * An answer of a scripted server. `cut` closes the connection instead, and `raw` sends text that need not be HTTP. With
 * `end`, the answer is not ended: the server cuts the connection after the body, or sends further bytes without end.
 */
export type Scripted =
  | {
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string | Uint8Array;
      readonly end?: 'cut' | 'never';
    }
  | { readonly raw: string }
  | 'cut';

export interface ScriptedServer {
  readonly origin: string;
  /** `127.0.0.1:PORT`. */
  readonly host: string;
  readonly asked: readonly Asked[];
}

function leaveOpen(
  response: ServerResponse,
  { body = '', end }: { readonly body?: string | Uint8Array; readonly end?: 'cut' | 'never' },
): void {
  if (end === 'cut') return void response.write(body, () => response.destroy());
  response.write(body);
  const more = setInterval(() => response.write('.'), 20);
  response.on('close', () => clearInterval(more));
}

/** Starts a server that answers as a function says. It ends with the test. */
export async function scriptedServer(answer: (asked: Asked) => Scripted): Promise<ScriptedServer> {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const parts: Uint8Array[] = [];
    request.on('data', (bytes: Uint8Array) => parts.push(bytes));
    request.on('error', () => undefined);
    request.on('end', () => {
      const one = { line: `${request.method} ${request.url}`, headers: request.headers, body: Buffer.concat(parts) };
      asked.push(one);
      const scripted = answer(one);
      if (scripted === 'cut') response.destroy();
      else if ('raw' in scripted) response.socket?.end(scripted.raw);
      else if (scripted.end !== undefined)
        leaveOpen(response.writeHead(scripted.status, { ...scripted.headers }), scripted);
      else response.writeHead(scripted.status, { ...scripted.headers }).end(scripted.body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin: `http://${host}`, host, asked };
}
