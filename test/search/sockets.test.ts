import { connect } from 'node:net';
import { type RunningServer, serve } from '@coracle/cli';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { inTime } from './fuzz/registry.ts';
import { oddHeader } from './fuzz/values.ts';
import { searchFor } from './search.ts';

/** Bytes that are no HTTP, or almost: the server answers or hangs up, and goes on serving others. */

let server: RunningServer;

beforeAll(async () => {
  server = await serve({ port: 0 });
});
afterAll(() => server.close());

/** Sends bytes, ends our side, and returns the answer when the connection closes. */
function send(bytes: Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
    // The server may answer and hang up before it has read everything.
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.end(bytes);
  });
}

const crlf = '\r\n';
const line = fc.oneof(
  fc.constantFrom(
    'GET / HTTP/1.1',
    'POST / HTTP/1.1',
    'PUT /v2/a/manifests/b HTTP/1.1',
    'PATCH /v2/a/blobs/uploads/b HTTP/1.1',
  ),
  fc.constantFrom(
    'GET',
    'GET  HTTP/1.1',
    'GET / HTTP/9.9',
    'GET http://[ HTTP/1.1',
    'CONNECT a:1 HTTP/1.1',
    'get / http/1.1',
  ),
  fc.constantFrom(
    'GET /v2/%zz/tags/list HTTP/1.1',
    'GET //v2 HTTP/1.1',
    'OPTIONS * HTTP/1.1',
    'GET /\u0000 HTTP/1.1',
    'PRI * HTTP/2.0',
  ),
  oddHeader.map((text) => `GET /${text} HTTP/1.1`),
);
const header = fc.oneof(
  fc.constantFrom(
    'Host: a',
    'Host: [',
    'Host:',
    'Host: a b',
    'Host: a\u0000',
    'Connection: close',
    'Connection: upgrade',
  ),
  fc.constantFrom(
    'Content-Length: 5',
    'Content-Length: -1',
    'Content-Length: 5, 6',
    'Content-Length: 1e9',
    'Expect: 100-continue',
  ),
  fc.constantFrom(
    'Transfer-Encoding: chunked',
    'Transfer-Encoding: x',
    'Upgrade: h2c',
    'no colon',
    ': no name',
    ' folded',
  ),
  fc.constantFrom(
    'X-Amz-Target: SpencerFrontendService.DescribeRepositories',
    'Content-Type: application/x-amz-json-1.1',
  ),
  oddHeader.map((text) => `X: ${text}`),
  fc.constant(`X: ${'a'.repeat(20_000)}`),
);
const body = fc.constantFrom(
  '',
  'a',
  '{}',
  '{"a":',
  `5${crlf}hello${crlf}0${crlf}${crlf}`,
  `zz${crlf}`,
  'f'.repeat(17),
  `-1${crlf}`,
  `5;x${crlf}hel`,
);
const message = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(line, fc.array(header, { maxLength: 5 }), body)
      .map(([first, headers, rest]) => [first, 'Host: a', ...headers, '', rest].join(crlf)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(line, fc.array(header, { maxLength: 3 }), body)
      .map(([first, headers, rest]) => [first, ...headers, '', rest].join('\n')),
  },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes).toString('latin1')) },
);

it('a server outlives whatever comes over its sockets', { timeout: 3_600_000 }, async () => {
  const check = async (text: string) => {
    const answer = await inTime(send(Buffer.from(text, 'latin1')), JSON.stringify(text.slice(0, 500)));
    if (answer !== '') expect(answer).toMatch(/^HTTP\/1\.1 [1-4]\d\d /);
    const healthy = await fetch(`${server.url}/v2/`, { headers: { authorization: 'Basic QVdTOmE=' } });
    expect(healthy.status).toBe(200);
    await healthy.arrayBuffer();
    // The end of an answer is seen here a moment before it is there.
    await vi.waitFor(() => expect(server.underWay).toBe(0));
  };
  await fc.assert(fc.asyncProperty(message, check), searchFor(3));
});
