import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { createRegistry, type Registry } from '@coracle/registry';
import { serve as serveHono } from '@hono/node-server';
import { createServerAdapter } from '@whatwg-node/server';
import express from 'express';
import { Hono } from 'hono';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Framing, RawConnection } from '../support/raw-connection.ts';

/** The fetch handler behind other people's servers: a body that is refused costs neither its answer nor the process. */

const MiB = 1024 * 1024;

/** As people write it who have no adapter. */
const byHand =
  (registry: Registry): RequestListener =>
  async (request, response) => {
    const answer = await registry.fetch(
      new Request(`http://localhost${request.url}`, {
        method: request.method ?? 'GET',
        headers: request.headers as Record<string, string>,
        ...(hasBody(request) ? { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' } : {}),
      } as RequestInit),
    );
    response.writeHead(answer.status, Object.fromEntries(answer.headers));
    response.end(new Uint8Array(await answer.arrayBuffer()));
  };

const hasBody = ({ method }: IncomingMessage): boolean => method !== 'GET' && method !== 'HEAD';

const servers: Readonly<Record<string, (registry: Registry) => Server>> = {
  Hono: (registry) => {
    const app = new Hono().all('*', (context) => registry.fetch(context.req.raw));
    return serveHono({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' }) as Server;
  },
  Express: (registry) => createServer(express().use(byHand(registry))).listen(0, '127.0.0.1'),
  '@whatwg-node/server': (registry) => createServer(createServerAdapter(registry.fetch)).listen(0, '127.0.0.1'),
};

describe.each(Object.entries(servers))('behind %s', (_, start) => {
  async function listening(): Promise<string> {
    const registry = createRegistry();
    await registry.ecr.createRepository({ repositoryName: 'there' });
    const server = start(registry);
    onTestFinished(() => void server.close().closeAllConnections());
    if (!server.listening) await new Promise((resolve) => server.once('listening', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it.each<[string, string, number, number]>([
    ['a manifest that is too large', 'PUT /v2/there/manifests/latest', 4 * MiB + 1, 413],
    ['a manifest that is much too large', 'PUT /v2/there/manifests/latest', 40 * MiB, 413],
    ['a large call of no operation', 'POST /', 40 * MiB, 400],
    ['a blob in no repository', `POST /v2/nowhere/blobs/uploads/?digest=sha256:${'0'.repeat(64)}`, 40 * MiB, 404],
    ['a method that is not there', 'PUT /token', 128 * 1024, 405],
  ])('%s is answered, whichever way it is sent', async (__, line, size, status) => {
    const url = await listening();
    for (const framing of ['Content-Length', 'chunked', 'aborted by the client'] satisfies Framing[]) {
      const connection = await RawConnection.to(url);
      const answer = await connection.request({ line, size, framing });
      if (framing !== 'aborted by the client') expect(answer?.status, framing).toBe(status);
      connection.close();
      const next = await RawConnection.to(url);
      expect((await next.get('/v2/'))?.status, `after ${framing}`).toBe(401);
      next.close();
    }
  });
});
