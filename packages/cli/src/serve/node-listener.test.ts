import { once } from 'node:events';
import { createServer, request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createRegistry, type RegistryOptions } from '@coracle/registry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type NodeListenerOptions, nodeListener } from '../index.ts';

async function listening(options: RegistryOptions = {}, listenerOptions: NodeListenerOptions = {}) {
  const registry = createRegistry({ createOnPush: true, ...options });
  const server = createServer(nodeListener(registry, listenerOptions)).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const send = async (path: string, options: RequestOptions = {}, body = ''): Promise<[number, string]> => {
    const request = httpRequest({ host: '127.0.0.1', port, path, agent: false, ...options }).end(body);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return [response.statusCode ?? 0, await text(response)];
  };
  return { registry, send };
}

const createWeb = {
  method: 'POST',
  headers: { 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository' },
};

describe('nodeListener', () => {
  it('answers at a server of one’s own', async () => {
    const { registry, send } = await listening();
    const [status, body] = await send('/', createWeb, '{"repositoryName":"web"}');
    expect([status, JSON.parse(body)]).toMatchObject([200, { repository: { repositoryName: 'web' } }]);
    const { repositories } = await registry.ecr.describeRepositories({});
    expect(repositories.map(({ repositoryName }) => repositoryName)).toEqual(['web']);
  });

  it('refuses a foreign host and a page of another site, which change nothing', async () => {
    const { registry, send } = await listening();
    const create = (headers: Record<string, string>) =>
      send('/', { ...createWeb, headers: { ...createWeb.headers, ...headers } }, '{"repositoryName":"web"}');
    expect((await create({ host: 'attacker.example' }))[0]).toBe(421);
    expect((await create({ origin: 'http://attacker.example' }))[0]).toBe(403);
    expect((await create({ 'sec-fetch-site': 'cross-site' }))[0]).toBe(403);
    expect((await registry.ecr.describeRepositories({})).repositories).toEqual([]);
  });

  it('lets in the hosts and the origins that it is told', async () => {
    const origin = 'http://localhost:5173';
    const { send } = await listening({ cors: { origins: [origin] } }, { allowHosts: ['*.example.com'] });
    expect((await send('/v2/', { auth: 'AWS:any', headers: { host: 'registry.example.com' } }))[0]).toBe(200);
    const [status] = await send(
      '/',
      { ...createWeb, headers: { ...createWeb.headers, origin } },
      '{"repositoryName":"web"}',
    );
    expect(status).toBe(200);
  });

  it('gives a client that waits for Continue the whole answer, whether the body is read or refused', async () => {
    const { send } = await listening();
    const body = 'a'.repeat(1_000_000);
    const headers = { expect: '100-continue', 'content-length': body.length };
    expect((await send('/v2/web/blobs/uploads/', { method: 'POST', headers }, body))[0]).toBe(202);
    const refused = await send('/', { method: 'POST', headers: { ...headers, host: 'attacker.example' } }, body);
    expect(refused[0]).toBe(421);
  });

  it('refuses an option that it does not have', () => {
    const options: object = { allowHost: ['a.example'] };
    expect(() => nodeListener(createRegistry(), options)).toThrow(
      new TypeError("nodeListener() has no option 'allowHost'; did you mean 'allowHosts'?"),
    );
  });

  it('says so if the body was read before, in the words of both kinds of clients', async () => {
    const registry = createRegistry();
    const listener = nodeListener(registry);
    const server = createServer(async (request, response) => {
      await text(request);
      listener(request, response);
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close().closeAllConnections());
    const { port } = server.address() as AddressInfo;
    const answer = await fetch(`http://127.0.0.1:${port}`, { ...createWeb, body: '{"repositoryName":"web"}' });
    const message = expect.stringMatching(/^The body was read before the registry .* in front of the body parser\.$/);
    expect(answer.status).toBe(500);
    expect(await answer.json()).toMatchObject({ message, errors: [{ message }] });
    expect((await registry.ecr.describeRepositories({})).repositories).toEqual([]);
    expect((await fetch(`http://127.0.0.1:${port}/v2/`)).status).toBe(401);
  });

  it('refuses an option that can be no host', () => {
    expect(() => nodeListener(createRegistry(), { allowHosts: ['http://a.example'] })).toThrow(
      new TypeError(
        "allowHosts must hold names such as registry.example.com, *.example.com or *, not 'http://a.example'",
      ),
    );
  });
});
