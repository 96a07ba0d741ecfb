import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistry } from '@coracle/registry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Access, nodeListener, type ServeOptions, serve } from '../index.ts';

const MB = 1_000_000;
const layer = new Uint8Array(30 * MB).map((_, i) => i % 251);
const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const layerPath = `/v2/web/blobs/${digestOf(layer)}`;
const manifestPath = '/v2/web/manifests/large';
const authorization = 'Basic QVdTOnRva2Vu';
const get = (path: string, ...more: string[]) =>
  ['GET', path, 'HTTP/1.1\r\nhost: localhost\r\nauthorization:', authorization].join(' ') +
  ['', ...more, '', ''].join('\r\n');
const lastOf = (path: string) => get(path, 'connection: close');

/** Pushes a layer of 30 MB and a manifest of 3 MB. */
async function push(url: string): Promise<void> {
  const send = async (method: string, path: string, body: Uint8Array<ArrayBuffer> | string) => {
    const { status } = await fetch(`${url}/v2/web/${path}`, { method, body, headers: { authorization } });
    expect(status).toBe(201);
  };
  await send('POST', `blobs/uploads/?digest=${digestOf(layer)}`, layer);
  await send('POST', `blobs/uploads/?digest=${digestOf('{}')}`, '{}');
  const mediaType = 'application/vnd.oci.image.manifest.v1+json';
  const config = { mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf('{}'), size: 2 };
  const annotations = { large: 'x'.repeat(3 * MB) };
  await send(
    'PUT',
    'manifests/large',
    JSON.stringify({ schemaVersion: 2, mediaType, config, layers: [], annotations }),
  );
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'coracle-pipelines-'));
  onTestFinished(() => rm(path, { recursive: true }));
  return path;
}

async function serving(options: ServeOptions) {
  const over: Access[] = [];
  const server = await serve({ port: 0, createOnPush: true, ...options, onAccess: (access) => over.push(access) });
  onTestFinished(() => server.close({ within: 0 }));
  await push(server.url);
  over.length = 0;
  return { server, over, port: Number(new URL(server.url).port) };
}

type Listener = ReturnType<typeof nodeListener>;

/** A server of one's own, which may answer requests itself before it passes them on. */
async function listening(
  pass: (...of: [...Parameters<Listener>, Listener]) => void = (request, response, listener) =>
    listener(request, response),
): Promise<{ port: number }> {
  const listener = nodeListener(createRegistry({ createOnPush: true, maxBufferedBytes: 9 * MB }));
  const server = createServer((request, response) => pass(request, response, listener)).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await push(`http://127.0.0.1:${port}`);
  return { port };
}

/** Sends requests on one connection and reads nothing. */
async function sending(port: number, text: string): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').pause();
  socket.on('error', () => undefined);
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  await new Promise((resolve) => socket.write(text, resolve));
  return socket;
}

/** Reads until the server closes the connection, and gives the statuses and how many bytes came. */
async function reading(socket: Socket): Promise<{ statuses: string[]; bytes: number }> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk)).resume();
  await once(socket, 'close');
  const all = Buffer.concat(chunks).toString('latin1');
  return { statuses: [...all.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status = '']) => status), bytes: all.length };
}

const readAlone = async (port: number, path: string) => reading(await sending(port, lastOf(path)));

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

/** Waits until something holds. */
const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await nextTurn();
};

describe('requests that a client sends on one connection without waiting', () => {
  it('are answered in their order, where two answers have no room beside each other', async () => {
    const { port, over } = await serving({ data: await folder(), maxBufferedBytes: 9 * MB });
    const socket = await sending(port, get(layerPath) + get(manifestPath) + lastOf('/v2/'));
    const { statuses, bytes } = await reading(socket);
    expect(statuses).toEqual(['200', '200', '200']);
    expect(bytes).toBeGreaterThan(33 * MB);
    await until(() => over.length === 3);
    expect(over.map(({ path }) => path)).toEqual([layerPath, manifestPath, '/v2/']);
  });

  it.each([
    ['in memory', manifestPath, async () => undefined],
    ['in a folder', layerPath, folder],
  ])('give back their room and are logged if it goes away: %s', async (_, path, makeFolder) => {
    const data = await makeFolder();
    const { server, port, over } = await serving({ ...(data && { data }), maxBufferedBytes: 9 * MB });
    for (const gone of [12, 24, 36]) {
      const socket = await sending(port, get(path).repeat(12));
      await until(() => server.underWay === 12 || over.length > gone - 12);
      socket.resetAndDestroy();
      await until(() => over.length === gone);
      expect(server.underWay).toBe(0);
    }
    expect((await readAlone(port, path)).statuses).toEqual(['200']);
  });

  it('are refused beyond the first 100 that wait with large answers', async () => {
    const { server, port } = await serving({});
    const socket = await sending(port, get(manifestPath).repeat(105) + lastOf('/v2/'));
    await until(() => server.underWay === 106);
    // One is begun in each turn.
    for (let turns = 0; turns < 200; turns++) await nextTurn();
    const { statuses } = await reading(socket);
    // The system takes some megabytes before the client reads.
    expect(statuses.join(' ')).toMatch(/^(?:200 ){101,104}(?:503 ){1,4}200$/);
  });

  it('are all answered if they are small, however many they are', async () => {
    const { port } = await serving({});
    const socket = await sending(port, get('/v2/').repeat(5000) + lastOf('/v2/'));
    expect((await reading(socket)).statuses).toEqual(Array(5001).fill('200'));
  });

  it('are answered though the client sends no more', async () => {
    const { port } = await serving({ data: await folder() });
    const socket = await sending(port, '');
    socket.end(get('/v2/').repeat(5) + get(layerPath) + get(manifestPath));
    expect((await reading(socket)).statuses).toEqual(Array(7).fill('200'));
  });

  it('are answered while the server stops', async () => {
    let finish = () => {};
    const working = new Promise<void>((resolve) => (finish = resolve));
    const registry = { ...createRegistry(), fetch: async () => working.then(() => new Response('done')) };
    const server = await serve({ port: 0, registry });
    const socket = await sending(Number(new URL(server.url).port), get('/v2/').repeat(3));
    await until(() => server.underWay === 3);
    const closed = server.close();
    finish();
    expect((await reading(socket)).statuses).toEqual(['200', '200', '200']);
    await closed;
  });
});

describe('a request that comes on a busy connection while the server stops', () => {
  it('is not begun, and those before it are answered', async () => {
    let finish = () => {};
    const working = new Promise<void>((resolve) => (finish = resolve));
    const seen: string[] = [];
    const fetch = async ({ url }: Request) => {
      seen.push(new URL(url).pathname);
      return working.then(() => new Response('done'));
    };
    const server = await serve({ port: 0, registry: { ...createRegistry(), fetch } });
    const socket = await sending(Number(new URL(server.url).port), get('/one') + get('/two'));
    await until(() => seen.length === 2);
    const closed = server.close();
    await new Promise<void>((resolve) => void socket.write(get('/three').repeat(100), () => resolve()));
    for (let turns = 0; turns < 50; turns++) await nextTurn();
    finish();
    expect((await reading(socket)).statuses).toEqual(['200', '200']);
    await closed;
    expect(seen).toEqual(['/one', '/two']);
  });
});

describe('at a server of one’s own, requests on one connection', () => {
  it('give back their room if their client goes away', async () => {
    const { port } = await listening();
    for (let clients = 0; clients < 3; clients++) {
      const socket = await sending(port, get(manifestPath).repeat(12));
      await once(socket.resume(), 'data');
      socket.resetAndDestroy();
    }
    expect((await readAlone(port, manifestPath)).statuses).toEqual(['200']);
    const two = await sending(port, get(layerPath) + lastOf(manifestPath));
    expect((await reading(two)).statuses).toEqual(['200', '200']);
  });

  it('give back their room if they are passed on after their client went away', async () => {
    let passOn = () => {};
    const gone = new Promise<void>((resolve) => (passOn = resolve));
    const passed: Promise<void>[] = [];
    const { port } = await listening((request, response, listener) => {
      if (request.headers['x-late'] === undefined) return listener(request, response);
      // The first is answered by the server itself, so that the others wait behind it.
      if (request.url === '/mine') request.socket.once('close', passOn);
      else passed.push(gone.then(() => listener(request, response)));
    });
    const socket = await sending(port, get('/mine', 'x-late: 1') + get(manifestPath, 'x-late: 1').repeat(12));
    await until(() => passed.length === 12);
    socket.resetAndDestroy();
    await Promise.all(passed);
    expect((await readAlone(port, manifestPath)).statuses).toEqual(['200']);
  });

  it('are answered once each, in whatever order they are passed on', async () => {
    const waiting: (() => void)[] = [];
    const seen: string[] = [];
    const { port } = await listening((request, response, listener) => {
      if (request.headers['x-late'] === undefined) return listener(request, response);
      seen.push(request.url ?? '');
      if (request.url === '/v2/') listener(request, response);
      else if (request.url === '/token') waiting.push(() => listener(request, response));
      else response.end('mine');
      if (request.url === '/last') for (const pass of waiting.reverse()) pass();
    });
    const targets = ['/token', '/v2/', '/mine', '/token'];
    const text =
      targets.map((target) => get(target, 'x-late: 1')).join('') + get('/last', 'x-late: 1', 'connection: close');
    const socket = await sending(port, text);
    expect((await reading(socket)).statuses).toEqual(Array(5).fill('200'));
    expect(seen).toEqual([...targets, '/last']);
  });

  it('are answered after one that was passed on when it had been answered', async () => {
    const { port } = await listening((request, response, listener) => {
      if (request.url === '/late') {
        response
          .once('close', () => listener(request, response))
          .writeHead(504)
          .end();
      } else {
        listener(request, response);
      }
    });
    const socket = await sending(port, get('/late') + lastOf('/v2/'));
    expect((await reading(socket)).statuses).toEqual(['504', '200']);
  });
});
