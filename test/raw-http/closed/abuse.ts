import { connect } from 'node:net';

/** Bytes on a socket that no well-behaved client sends. */

const crlf = '\r\n';

/** Sends bytes, ends our side, and returns everything that is received until the connection closes. */
export function exchange(url: string, text: string): Promise<string> {
  return new Promise((resolve) => {
    let received = '';
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    // The server may answer and hang up before it has read everything.
    socket.on('error', () => socket.destroy());
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
    socket.on('close', () => resolve(received));
    socket.end(Buffer.from(text, 'latin1'));
  });
}

export interface Received {
  readonly status: number;
  readonly body: string;
}

/** Reads the answers on a connection. The framing of a chunked body stays in it. */
export const answersIn = (received: string): Received[] =>
  received
    .split(/(?=HTTP\/1\.[01] \d{3} )/)
    .filter((text) => text !== '')
    .map((text) => ({
      status: Number(text.slice(9, 12)),
      body: text.slice(text.indexOf(crlf + crlf) + 2 * crlf.length),
    }));

/** A request without a body. `more` are lines of its head. */
export const head = (line: string, more: readonly string[] = [], host = 'localhost'): string =>
  [`${line} HTTP/1.1`, `Host: ${host}`, ...more, '', ''].join(crlf);

/** The targets of requests that are malformed, or that a careless router takes for others. */
export const targets: readonly string[] = [
  '/v2/%zz/tags/list',
  '/v2//tags/list',
  '//v2/there/tags/list',
  '/V2/there/tags/list',
  '/v2/there/tags/list/',
  '/v2/there//tags/list',
  '/v2/./there/tags/list',
  '/v2/there/../there/tags/list',
  '/token/../v2/there/tags/list',
  '/healthz/../v2/there/tags/list',
  '/logo/../v2/there/tags/list',
  '/v2/%2e%2e/v2/there/tags/list',
  '/v2/%2E/there/tags/list',
  '/%76%32/there/tags/list',
  '/v2/there%2Ftags/list',
  '/v2/there/tags%2Flist',
  '/v2/there/tags/list%00',
  '/v2/there/tags/list;x=y',
  '/v2/there/tags/list?n=-1',
  '/v2/there/tags/list?n=1&last=%zz',
  '/v2/there/tags/list??n=1',
  '/v2\\there\\tags\\list',
  '/v2/open/there/tags/list',
  '/v2/THERE/tags/list',
  '/v2/__proto__/manifests/constructor',
  '/v2/there/manifests/%00',
  '/v2/there/manifests/..',
  '/v2/there/blobs/sha256:..%2F..',
  '/v2/there/blobs/uploads/../../manifests/hidden',
  `/v2/${'a/'.repeat(2000)}tags/list`,
  `/v2/there/manifests/${'a'.repeat(5000)}`,
  '/v2/_catalog/',
  '/v2/_catalog?n=0',
  'http://localhost/v2/there/tags/list',
  'http://user:password@localhost/v2/there/tags/list',
];

/** Headers that are too large, too many, or say that another had let the client in. */
export const headers: Readonly<Record<string, readonly string[]>> = {
  'a cookie of 20 KB': [`Cookie: ${'x'.repeat(20_000)}`],
  'a name of 20 KB': [`${'x'.repeat(20_000)}: y`],
  '150 headers': Array.from({ length: 150 }, (_, nth) => `X-${nth}: y`),
  '3,000 headers': Array.from({ length: 3000 }, (_, nth) => `X-${nth}: y`),
  'a long Accept': [`Accept: ${'*/*, '.repeat(1000)}`],
  'another method': ['X-HTTP-Method-Override: PUT', 'X-HTTP-Method: PUT', 'X-Method-Override: PUT'],
  'another path': ['X-Original-URL: /healthz', 'X-Rewrite-URL: /healthz'],
  'another user': ['X-Forwarded-User: alice', 'Remote-User: alice', 'X-Amz-Security-Token: x'],
  'another host': ['X-Forwarded-Host: public.ecr.aws', 'Forwarded: host=public.ecr.aws;proto=https'],
  'another scheme': ['X-Forwarded-Proto: https', 'X-Forwarded-For: 127.0.0.1', 'CF-Connecting-IP: 127.0.0.1'],
  'a hop that takes the credentials away': ['Connection: close, Authorization'],
  'an upgrade': ['Connection: upgrade', 'Upgrade: h2c', 'HTTP2-Settings: AAMAAABkAAQAAP__'],
};

/** Credentials that are none. */
export const credentials: Readonly<Record<string, string>> = {
  'no scheme': 'x',
  'an empty header': '',
  'a scheme alone': 'Basic',
  'no base64': 'Basic !!!',
  'no colon': `Basic ${btoa('alice')}`,
  'no password': `Basic ${btoa('alice:')}`,
  'a wrong password': `Basic ${btoa('alice:open Sesame')}`,
  'a password and a line end': `Basic ${btoa('alice:open sesame\n')}`,
  'a password in capitals': `Basic ${btoa('ALICE:OPEN SESAME')}`,
  'a name and a NUL': `Basic ${btoa('alice\0:open sesame')}`,
  'two credentials': `Basic ${btoa('eve:x')}, Basic ${btoa('alice:open sesame')}`,
  'no UTF-8': `Basic ${btoa('alice:\xff\xfe')}`,
  '12 KB of base64': `Basic ${'QVdTOmV5'.repeat(1500)}`,
  '12 KB of a token': `Bearer ${'a.'.repeat(6000)}`,
  '100 KB of a token': `Bearer ${'a'.repeat(100_000)}`,
  'the token of open access': 'Bearer anonymous',
  'a JWT without a signature': `Bearer ${btoa('{"alg":"none"}')}.${btoa('{"username":"alice","capabilities":["pull"]}')}.`,
  'a name of an object': `Basic ${btoa('__proto__:constructor')}`,
  'a signature of AWS':
    'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/ecr/aws4_request, SignedHeaders=host, Signature=0',
};

/** Bodies whose end two programs may see at different places. `inner` is the request that hides behind it. */
export const ambiguous: Readonly<Record<string, (auth: readonly string[], inner: string) => string>> = {
  'a Content-Length and chunks': (auth, inner) =>
    `${post([...auth, `Content-Length: ${`0${crlf}${crlf}${inner}`.length}`, 'Transfer-Encoding: chunked'])}0${crlf}${crlf}${inner}`,
  'chunks and a Content-Length that ends before': (auth, inner) =>
    `${post([...auth, 'Transfer-Encoding: chunked', 'Content-Length: 4'])}${inner.length.toString(16)}${crlf}${inner}${crlf}0${crlf}${crlf}`,
  'two Content-Lengths': (auth, inner) =>
    `${post([...auth, 'Content-Length: 0', `Content-Length: ${inner.length}`])}${inner}`,
  'a list of Content-Lengths': (auth, inner) => `${post([...auth, `Content-Length: 0, ${inner.length}`])}${inner}`,
  'a Content-Length with a sign': (auth, inner) => `${post([...auth, `Content-Length: +${inner.length}`])}${inner}`,
  'a negative Content-Length': (auth, inner) => `${post([...auth, 'Content-Length: -1'])}${inner}`,
  'a blank before the colon': (auth, inner) =>
    `${post([...auth, `Content-Length: ${inner.length}`, 'Transfer-Encoding : chunked'])}${inner}`,
  'an encoding on a folded line': (auth, inner) =>
    `${post([...auth, `Content-Length: ${inner.length}`, `Transfer-Encoding:${crlf} chunked`])}${inner}`,
  'an unknown encoding': (auth, inner) =>
    `${post([...auth, `Content-Length: ${inner.length}`, 'Transfer-Encoding: xchunked'])}${inner}`,
  'chunks that are encoded again': (auth, inner) =>
    `${post([...auth, 'Transfer-Encoding: chunked, identity'])}0${crlf}${crlf}${inner}`,
  'a size of a chunk that is none': (auth, inner) =>
    `${post([...auth, 'Transfer-Encoding: chunked'])}0x0${crlf}${crlf}${inner}`,
  'a line end alone in a size of a chunk': (auth, inner) =>
    `${post([...auth, 'Transfer-Encoding: chunked'])}2;\nxx${crlf}0${crlf}${crlf}${inner}`,
};

const post = (more: readonly string[]): string => head('POST /v2/there/blobs/uploads/', more);
