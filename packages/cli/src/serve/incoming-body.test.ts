import { once } from 'node:events';
import { connect } from 'node:net';
import { createRegistry } from '@coracle/registry';
import { expect, it, onTestFinished } from 'vitest';
import { serve } from '../index.ts';

it.each([
  ['has sent half of it', 10],
  ['has sent all of it', 5],
])('a body whose client %s and went away before it was read breaks off', async (_, size) => {
  let isOver = () => {};
  const over = new Promise<void>((resolve) => (isOver = resolve));
  let reached = () => {};
  const begun = new Promise<void>((resolve) => (reached = resolve));
  let read: Promise<string> | undefined;
  const fetch = async (request: Request) => {
    reached();
    await over;
    read = new Response(request.body).text();
    await read;
    return new Response();
  };
  const server = await serve({ port: 0, registry: { ...createRegistry(), fetch }, onAccess: () => isOver() });
  onTestFinished(() => server.close({ within: 0 }));
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1');
  await once(socket, 'connect');
  socket.write(`POST / HTTP/1.1\r\nhost: localhost\r\ncontent-length: ${size}\r\n\r\n12345`);
  await begun;
  socket.resetAndDestroy();
  await over;
  await expect(read).rejects.toThrow('the client closed the connection');
});
