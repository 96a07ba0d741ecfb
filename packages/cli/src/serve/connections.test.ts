import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { createRegistry } from '@coracle/registry';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Access, type ServeOptions, serve } from '../index.ts';

async function serving(options: ServeOptions) {
  const server = await serve({ port: 0, ...options });
  onTestFinished(() => server.close({ within: 0 }));
  return server;
}

/** A connection on which a text was sent, and what came back on it. */
async function sending(url: string, text: string): Promise<{ socket: Socket; received: () => string }> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  onTestFinished(() => void socket.destroy());
  let received = '';
  socket
    .on('error', () => undefined)
    .on('data', (bytes) => {
      received += bytes.toString('latin1');
    });
  await once(socket, 'connect');
  socket.write(text);
  return { socket, received: () => received };
}

/** Waits until a connection is closed; a reset is one way of it. */
const closing = (socket: Socket): Promise<void> =>
  new Promise((resolve) => {
    // The event of a connection that has closed meanwhile does not come again.
    if (socket.closed) resolve();
    else socket.once('close', () => resolve());
  });

const halfBody = 'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf of it';

describe('a connection', () => {
  it('on which half a header has come is closed in time', async () => {
    const { url } = await serving({ timeouts: { headers: 200 } });
    const { socket, received } = await sending(url, 'GET /v2/ HTTP/1.1\r\nHost: localhost\r\n');
    await closing(socket);
    expect(received()).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('whose client keeps the server waiting is closed, and one on which the server works is not', async () => {
    let finish = () => {};
    const working = new Promise<void>((resolve) => (finish = resolve));
    const registry = createRegistry();
    const fetch = async (request: Request) => {
      if (request.method === 'POST') return registry.fetch(request);
      await working;
      return new Response('done');
    };
    const { url } = await serving({ registry: { ...registry, fetch }, timeouts: { idle: 200 } });
    const busy = await sending(url, 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    const idle = await sending(url, halfBody);
    // The busy one was there first: if its time counted, it would be closed by now as well.
    await closing(idle.socket);
    expect(busy.socket.destroyed).toBe(false);
    finish();
    await closing(busy.socket);
    expect(busy.received()).toContain('done');
  });

  it('whose client takes nothing of its answer is closed', async () => {
    const size = 64 * 1024 * 1024;
    const fetch = async () => new Response(new Uint8Array(size));
    let told = (_: Access) => {};
    const over = new Promise<Access>((resolve) => (told = resolve));
    const registry = { ...createRegistry(), fetch };
    const { url } = await serving({ registry, timeouts: { idle: 200 }, onAccess: (access) => told(access) });
    const { socket } = await sending(url, '');
    socket.pause().write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    expect((await over).status).toBeUndefined();
  });

  it('beyond the limit is refused, and the server says so once', async () => {
    const warn = vi.fn();
    const { url } = await serving({ maxConnections: 2, warn });
    const [one, two] = [await sending(url, ''), await sending(url, '')];
    for (let i = 0; i < 3; i++) {
      const { socket, received } = await sending(url, 'GET /v2/ HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await closing(socket);
      expect(received()).toBe('');
    }
    expect(warn.mock.calls).toEqual([[expect.stringMatching(/^The limit of 2 open connections \(.+\) is reached/)]]);
    one.socket.write('GET /v2/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
    await closing(one.socket);
    expect(one.received()).toMatch(/^HTTP\/1\.1 401 /);
    expect(two.socket.destroyed).toBe(false);
  });

  it.each([
    halfBody,
    'GET /v2/ HTTP/1.1\r\nHost: loc',
    '',
    'POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n',
  ])('does not keep a server from stopping: %j', async (text) => {
    const server = await serve({ port: 0 });
    const { socket } = await sending(server.url, text);
    const closed = closing(socket);
    await server.close({ within: 50 });
    await closed;
  });
});
