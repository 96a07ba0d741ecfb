import { createHash } from 'node:crypto';
import { once } from 'node:events';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { connect as connectPlainly, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { connect, type TLSSocket } from 'node:tls';
import { describe, expect, it, onTestFinished } from 'vitest';
import { selfSigned } from '../../../../test/support/self-signed.ts';
import { type Access, type ServeOptions, serve } from '../index.ts';

const tls = selfSigned();
/** The upload of a whole blob, whose bytes are `half`. */
const whole = `/v2/web/blobs/uploads/?digest=sha256:${createHash('sha256').update('half').digest('hex')}`;

async function serving(options: ServeOptions = {}) {
  const server = await serve({ port: 0, host: 'localhost', tls, ...options });
  onTestFinished(() => server.close({ within: 0 }));
  return { ...server, port: Number(new URL(server.url).port) };
}

const send = (url: string, options: RequestOptions = {}): ClientRequest =>
  httpsRequest(url, { agent: false, ca: tls.cert, ...options });

async function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

/** A TLS connection on which a text was sent, and everything that has come back on it. */
async function sending(port: number, sent: string): Promise<{ socket: TLSSocket; received: () => string }> {
  const socket = connect({ port, host: 'localhost', ca: tls.cert });
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket.on('error', () => undefined).on('data', (bytes) => (received += bytes.toString('latin1')));
  await once(socket, 'secureConnect');
  if (sent !== '') socket.write(sent);
  return { socket, received: () => received };
}

async function withoutHandshake(port: number): Promise<Socket> {
  const socket = connectPlainly(port, 'localhost');
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return socket;
}

const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    // The event of a connection that has closed meanwhile does not come again.
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic QVdTOnRva2Vu\r\n\r\n`;
const statusesOf = (all: string) => [...all.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status);

describe('a server with a certificate', () => {
  it('speaks HTTPS, and says so in its addresses', async () => {
    const { url } = await serving({ createOnPush: true });
    expect(url).toMatch(/^https:\/\/localhost:\d+$/);
    const unauthorized = await responseOf(send(`${url}/v2/`).end());
    expect(unauthorized.statusCode).toBe(401);
    expect(unauthorized.headers['www-authenticate']).toContain(url);
    const request = send(url, {
      method: 'POST',
      headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken' },
    });
    const { authorizationData } = JSON.parse(await text(await responseOf(request.end('{}'))));
    expect(authorizationData).toMatchObject([{ proxyEndpoint: url }]);
  });

  it('reports the bytes of each request', async () => {
    let told = (_: Access) => {};
    const over = new Promise<Access>((resolve) => (told = resolve));
    const { url } = await serving({ createOnPush: true, onAccess: (access) => told(access) });
    const headers = { authorization: 'Basic QVdTOnRva2Vu' };
    await text(
      await responseOf(send(`${url}/v2/web/blobs/uploads/`, { method: 'POST', headers }).end('a'.repeat(5000))),
    );
    const { status, bytesIn, bytesOut } = await over;
    expect(status).toBe(202);
    expect(bytesIn).toBeGreaterThan(5000);
    expect(bytesOut).toBeGreaterThan(100);
  });

  it('asks for a body only when it reads it', async () => {
    const { url } = await serving({ createOnPush: true });
    const headers = { expect: '100-continue', 'content-length': 4, authorization: 'Basic QVdTOnRva2Vu' };
    const upload = send(`${url}${whole}`, { method: 'POST', headers });
    await once(upload.flushHeaders() ?? upload, 'continue');
    expect((await responseOf(upload.end('half'))).statusCode).toBe(201);
    const refused = send(url, {
      method: 'POST',
      headers: { ...headers, host: 'attacker.example' },
      servername: 'localhost',
    });
    refused.on('continue', () => expect.unreachable('the body is not read'));
    expect((await responseOf(refused)).statusCode).toBe(421);
    refused.destroy();
  });

  it('answers pipelined requests in their order', async () => {
    const { port } = await serving();
    const { socket, received } = await sending(
      port,
      `${get('/v2/').repeat(20) + get('/nothing')}GET / HTTP/1.0\r\n\r\n`,
    );
    await closing(socket);
    expect(statusesOf(received())).toEqual([...Array(20).fill('200'), '404', '200']);
  });

  it('answers a client that has closed its half of the connection', async () => {
    const { port } = await serving();
    const { socket, received } = await sending(port, '');
    socket.end(get('/v2/').repeat(3));
    await closing(socket);
    expect(statusesOf(received())).toEqual(['200', '200', '200']);
  });

  it('closes in time a connection without a handshake, one with half a header, and one with half a body', async () => {
    // Long enough for the handshakes of the other two, also on a busy machine.
    const { port } = await serving({ timeouts: { headers: 2000, idle: 2000 } });
    const silent = await withoutHandshake(port);
    const header = await sending(port, 'GET /v2/ HTTP/1.1\r\nHost: loc');
    const target = 'X-Amz-Target: SpencerFrontendService.DescribeRepositories';
    const body = await sending(
      port,
      `POST / HTTP/1.1\r\nHost: localhost\r\n${target}\r\nContent-Length: 100\r\n\r\nhalf`,
    );
    await Promise.all([closing(silent), closing(header.socket), closing(body.socket)]);
    expect(header.received()).toMatch(/^HTTP\/1\.1 408 /);
    expect(body.received()).toBe('');
  });

  it('survives a client that does not speak TLS', async () => {
    const { url, port } = await serving();
    const plain = await withoutHandshake(port);
    plain.write(get('/v2/'));
    await closing(plain);
    expect((await responseOf(send(url).end())).statusCode).toBe(200);
  });

  it('stops though connections are open, with and without a handshake', async () => {
    const { port, close } = await serving();
    const silent = await withoutHandshake(port);
    const idle = await sending(port, '');
    const sockets = [silent, idle.socket].map(closing);
    await close({ within: 60_000 });
    await Promise.all(sockets);
  });

  it('lets a request in progress finish while it stops', async () => {
    const { url, close, registry } = await serving({ createOnPush: true });
    await registry.ecr.createRepository({ repositoryName: 'web' });
    const headers = { expect: '100-continue', 'content-length': 4, authorization: 'Basic QVdTOnRva2Vu' };
    const upload = send(`${url}${whole}`, { method: 'POST', headers });
    await once(upload.flushHeaders() ?? upload, 'continue');
    const closed = close({ within: 60_000 });
    expect((await responseOf(upload.end('half'))).statusCode).toBe(201);
    await closed;
  });
});

describe('a certificate that cannot be used', () => {
  it.each([
    [{ cert: tls.cert }, 'tls.key is missing, and tls.cert needs it: give both'],
    [{ key: tls.key }, 'tls.cert is missing, and tls.key needs it: give both'],
    [
      { cert: tls.cert, key: selfSigned().key },
      'tls.key is not the private key of tls.cert: give the two that belong together',
    ],
    [
      { cert: 'nothing', key: tls.key },
      /^tls\.cert must be a certificate in PEM form\. Node\.js cannot use the given certificate or key: .+$/,
    ],
    [
      { cert: tls.cert, key: 'nothing' },
      /^tls\.key must be a private key in PEM form without a passphrase\. Node\.js cannot use the given certificate or key: .+$/,
    ],
    [tls.key, /^tls must be an object { cert, key }, not a string$/],
    [null, /^tls must be an object { cert, key }, not null$/],
    [{ cert: tls.cert, kye: tls.key }, "tls has no member 'kye'; did you mean 'key'?"],
  ])('is refused in a sentence', async (wrong, sentence) => {
    await expect(serve({ port: 0, tls: wrong as typeof tls })).rejects.toThrow(sentence);
    await expect(serve({ port: 0, tls: wrong as typeof tls })).rejects.toBeInstanceOf(TypeError);
  });
});
