import { once } from 'node:events';
import {
  Agent,
  type ClientRequest,
  request as httpRequest,
  type IncomingMessage,
  type RequestOptions,
} from 'node:http';
import { connect } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createRegistry, type Registry } from '@coracle/registry';
import { memoryStorage } from '@coracle/registry/storage-memory';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { type Access, type ServeOptions, serve } from './index.ts';

async function serving(options: ServeOptions = {}) {
  const server = await serve({ port: 0, ...options });
  onTestFinished(() => server.close({ within: 0 }));
  return server;
}

async function temporary(): Promise<string> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  return path;
}

/** A registry whose requests are answered by the test. */
const answering = (fetch: Registry['fetch']): Registry => ({ ...createRegistry(), fetch });

const send = (url: string, options: RequestOptions = {}): ClientRequest =>
  httpRequest(url, { agent: false, ...options });

async function responseOf(request: ClientRequest): Promise<IncomingMessage> {
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return response;
}

describe('serve', () => {
  it('takes a free port, and names itself in addresses', async () => {
    const { url, registry } = await serving();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const { repository } = await registry.ecrPublic.createRepository({ repositoryName: 'team/web' });
    expect(repository?.repositoryUri).toMatch(new RegExp(`^${new URL(url).host}/[a-z0-9]{8}/team/web$`));
  });

  it('answers over HTTP what the registry holds', async () => {
    const { url, registry } = await serving({ registryAlias: 'coracle' });
    const { public: seeded } = await registry.seed({ public: { 'team/web': ['v1'] } });
    const [image] = seeded['team/web'] ?? [];
    const response = await fetch(`${url}/v2/coracle/team/web/manifests/v1`);
    expect(await response.text()).toBe(image?.manifest);
    expect(response.headers.get('docker-content-digest')).toBe(image?.digest);
  });

  it('leaves the endpoint to whoever sets one', async () => {
    const { registry } = await serving({ endpoint: 'https://registry.test' });
    const { repository } = await registry.ecr.createRepository({ repositoryName: 'web' });
    expect(repository?.repositoryUri).toBe('registry.test/web');
  });

  it('keeps everything in a folder where it is given one, and lets go of it when it is closed', async () => {
    const data = await temporary();
    const first = await serve({ port: 0, data });
    const { public: seeded } = await first.registry.seed({ public: { 'team/web': ['v1'] } });
    await expect(serve({ port: 0, data })).rejects.toThrow(`${data} is open already`);
    await first.close();
    const { registry } = await serving({ data });
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails.map(({ imageDigest }) => imageDigest)).toEqual([seeded['team/web']?.[0]?.digest]);
  });

  it('lets go of the folder where nobody has asked for anything, and where it does not come to serve', async () => {
    const data = await temporary();
    const { url } = await serving();
    await expect(serve({ port: Number(new URL(url).port), data })).rejects.toThrow(/in use by another process/);
    await expect(serve({ port: 0, data, accountId: '12' })).rejects.toThrow(TypeError);
    const unasked = await serve({ port: 0, data });
    await unasked.close();
    await serving({ data });
  });

  it('refuses access beside a registry, which would stay open', async () => {
    const access = { users: [{ name: 'alice', password: 'x', rights: ['pull' as const] }] };
    await expect(serve({ port: 0, registry: createRegistry(), access })).rejects.toThrow(
      'access and registry exclude each other, because a registry has its own access: pass access to createRegistry()',
    );
  });

  it('refuses a folder beside another place to keep everything', async () => {
    const sentence =
      'data, storage and registry exclude each other, because each says where images are stored: give only one of them';
    const data = await temporary();
    await expect(serve({ port: 0, data, storage: memoryStorage() })).rejects.toThrow(new TypeError(sentence));
    await expect(serve({ port: 0, data, registry: createRegistry() })).rejects.toThrow(new TypeError(sentence));
  });

  it('says what to do where the port is in use', async () => {
    const { url } = await serving();
    const { port, host } = new URL(url);
    await expect(serve({ port: Number(port) })).rejects.toThrow(
      `${host} is in use by another process: stop that one, or choose another port with the option port.`,
    );
  });

  it('refuses options that cannot be meant, and lets go of the port', async () => {
    const first = await serve({ port: 0 });
    await first.close();
    const port = Number(new URL(first.url).port);
    await expect(serve({ port, accountId: '12' })).rejects.toThrow(TypeError);
    expect((await serving({ port })).url).toBe(first.url);
  });

  it('names the option that is wrong', async () => {
    for (const [options, sentence] of [
      [{ maxConnections: Number.NaN }, "maxConnections must be a whole number above 0, not 'NaN'"],
      [
        { collect: { every: Number.NaN } },
        'collect.every must be a number of milliseconds from 0 to 9007199254740991, not NaN',
      ],
      [{ collect: { grace: -1 } }, 'collect.grace must be a number of milliseconds from 0 to 9007199254740991, not -1'],
      [{ port: 65_536 }, "port must be a number from 0 to 65535, not '65536'"],
      [{ host: '' }, "host must be an address or a name of this machine, not ''"],
      [{ collect: { grase: 1 } as object }, "collect has no member 'grase'; did you mean 'grace'?"],
      [{ timeouts: { header: 1 } as object }, "timeouts has no member 'header'; did you mean 'headers'?"],
      [{ acces: 'open' } as object, "serve() has no option 'acces'; did you mean 'access'?"],
      [{ prot: 80 } as object, "serve() has no option 'prot'; did you mean 'port'?"],
      [{ createOnPsuh: true } as object, "serve() has no option 'createOnPsuh'; did you mean 'createOnPush'?"],
      [
        { allowHosts: ['a b'] },
        "allowHosts must hold names such as registry.example.com, *.example.com or *, not 'a b'",
      ],
    ] as const) {
      await expect(serve({ port: 0, ...options })).rejects.toThrow(new TypeError(sentence));
    }
  });

  it('lets pages of the origins in that a registry has which it is given', async () => {
    const origin = 'http://localhost:5173';
    const create = (url: string) =>
      responseOf(
        send(url, {
          method: 'POST',
          headers: { origin, 'x-amz-target': 'AmazonEC2ContainerRegistry_V20150921.CreateRepository' },
        }).end('{"repositoryName":"web"}'),
      );
    const strict = await serving({ registry: createRegistry() });
    expect((await create(strict.url)).statusCode).toBe(403);
    const open = await serving({ registry: createRegistry({ cors: { origins: [origin] } }) });
    expect((await create(open.url)).statusCode).toBe(200);
  });

  it('collects the garbage of its own registry, and that of one that it is given only if it is asked', async () => {
    const collected = async (options: ServeOptions): Promise<number> => {
      const registry = createRegistry();
      const collectGarbage = vi.fn(registry.collectGarbage);
      const server = await serve({ port: 0, registry: { ...registry, collectGarbage }, ...options });
      await server.close();
      return collectGarbage.mock.calls.length;
    };
    expect(await collected({})).toBe(0);
    expect(await collected({ collect: false })).toBe(0);
    expect(await collected({ collect: {} })).toBe(1);
    const data = await temporary();
    const first = await serve({ port: 0, data, collect: false });
    await first.registry.ecr.createRepository({ repositoryName: 'web' });
    await first.registry.ecr.deleteRepository({ repositoryName: 'web' });
    await first.close();
    const warn = vi.fn();
    const second = await serve({ port: 0, data, collect: { grace: 0 }, warn });
    await second.close();
    expect(warn.mock.calls).toEqual([
      [expect.stringMatching(/^Garbage collection removed the data of 1 deleted repositories, /)],
    ]);
  });

  it('logs nothing that a client made up, and no secret', async () => {
    const seen: Access[] = [];
    let told = () => {};
    const over = new Promise<void>((resolve) => (told = resolve));
    const { url } = await serving({
      onAccess: (access) => {
        seen.push(access);
        told();
      },
    });
    const path = '/v2/?X-Amz-Security-Token=SECRET&n=1';
    const target = 'SpencerFrontendService.\u009b31mCreateRepository 200 1ms';
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      Buffer.from(`GET ${path} HTTP/1.1\r\nHost: x\r\nX-Amz-Target: ${target}\r\nConnection: close\r\n\r\n`, 'latin1'),
    );
    await Promise.all([buffer(socket), over]);
    expect(seen).toMatchObject([{ path: '/v2/?X-Amz-Security-Token=...&n=1', operation: undefined }]);
  });

  it('keeps the length of what a HEAD asks about', async () => {
    const { url, registry } = await serving();
    const { private: seeded } = await registry.seed({ private: { web: ['v1'] } });
    const layer = seeded['web']?.[0]?.blobs[1];
    const response = await responseOf(send(`${url}/v2/web/blobs/${layer?.digest}`, { method: 'HEAD' }).end());
    expect(response.statusCode).toBe(200);
    expect(response.headers['content-length']).toBe(String(layer?.bytes.length));
    expect(await buffer(response)).toHaveLength(0);
  });

  it('survives a client that goes away in the middle of its body', async () => {
    let told = (_: Access) => {};
    const over = new Promise<Access>((resolve) => (told = resolve));
    let began = () => {};
    const begun = new Promise<void>((resolve) => (began = resolve));
    let fail = (_: unknown) => {};
    const failure = new Promise<unknown>((resolve) => (fail = resolve));
    const registry = answering(async (request) => {
      if (request.method === 'GET') return new Response('still here');
      try {
        for await (const _ of request.body ?? []) began();
      } catch (error) {
        fail(error);
      }
      return new Response();
    });
    const { url } = await serving({ registry, onAccess: (access) => told(access) });

    const request = send(url, { method: 'PUT' }).on('error', () => undefined);
    request.write('half of ');
    await begun;
    request.destroy();

    expect(await over).toMatchObject({ method: 'PUT', status: undefined });
    expect(await failure).toBeInstanceOf(Error);
    expect(await (await fetch(url)).text()).toBe('still here');
  });

  it('answers 500 where even the fetch handler fails', async () => {
    const said = vi.spyOn(console, 'error').mockImplementation(() => undefined);
    onTestFinished(() => said.mockRestore());
    const { url } = await serving({ registry: answering(() => Promise.reject(new Error('no more memory'))) });
    const response = await fetch(url);
    expect(response.status).toBe(500);
    expect(await response.text()).toMatch(/^The registry failed\. Its log has the cause under the id [0-9a-f-]{36}\n$/);
    expect(said).toHaveBeenCalledOnce();
  });

  it.each([
    ['what is no HTTP', 'nonsense\r\n\r\n'],
    ['a host that cannot be', 'GET /v2/ HTTP/1.1\r\nHost: x:70000\r\nConnection: close\r\n\r\n'],
    ['a body of no length', 'POST / HTTP/1.1\r\nHost: x\r\nContent-Length: long\r\n\r\n'],
    ['a body that breaks off', 'POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
  ])('answers 400 to %s, and goes on', async (_, text) => {
    const { url } = await serving();
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(text);
    expect((await buffer(socket)).toString()).toMatch(/^HTTP\/1\.1 400 /);
    expect((await fetch(url)).status).toBe(200);
  });

  it('tells of each request by operation, status and bytes', async () => {
    const seen: Access[] = [];
    let told = () => {};
    const { url } = await serving({
      onAccess: (access) => {
        seen.push(access);
        told();
      },
    });
    const agent = new Agent({ keepAlive: true });
    const post = async (target: string, body: string) => {
      const over = new Promise<void>((resolve) => (told = resolve));
      const response = await responseOf(
        send(url, { method: 'POST', agent, headers: { 'x-amz-target': target } }).end(body),
      );
      await Promise.all([buffer(response), over]);
    };
    const description = 'a'.repeat(1000);
    await post(
      'SpencerFrontendService.CreateRepository',
      JSON.stringify({ repositoryName: 'web', catalogData: { description } }),
    );
    await post('AmazonEC2ContainerRegistry_V20150921.DeleteRepository', '{"repositoryName":"ghost"}');
    await post('AmazonEC2ContainerRegistry_V20150921.PutLifecyclePolicy', '{}');
    await post('AmazonEC2ContainerRegistry_V20150921.a forged=line', '{}');
    agent.destroy();
    const [created, refused, missing, forged] = seen;
    expect(created).toMatchObject({ method: 'POST', path: '/', operation: 'ecr-public:CreateRepository', status: 200 });
    expect(created?.bytesIn).toBeGreaterThan(1000);
    expect(refused).toMatchObject({ operation: 'ecr:DeleteRepository', status: 400 });
    // On the same connection, of which only this request's bytes are counted.
    expect(refused?.bytesIn).toBeLessThan(600);
    expect(missing).toMatchObject({ operation: 'ecr:PutLifecyclePolicy', status: 400 });
    expect(forged).toMatchObject({ operation: undefined, status: 400 });
  });
});

describe('a server that is closed', () => {
  /** A server with a request under way that is answered when the test says so. */
  async function busy() {
    let arrived = () => {};
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    let answer = () => {};
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const registry = answering(async () => {
      arrived();
      await answered;
      return new Response('done');
    });
    const server = await serving({ registry });
    const request = send(server.url, { agent: new Agent({ keepAlive: true }) }).end();
    await arrival;
    return { server, request, answer };
  }

  it('lets a request under way finish, and takes no other', async () => {
    const { server, request, answer } = await busy();
    expect(server.underWay).toBe(1);
    const closed = server.close({ within: 60_000 });
    await expect(fetch(server.url)).rejects.toMatchObject({ cause: { code: 'ECONNREFUSED' } });
    answer();
    const response = await responseOf(request);
    expect((await buffer(response)).toString()).toBe('done');
    await closed;
    expect(server.underWay).toBe(0);
  });

  it('cuts a request that does not finish in time', async () => {
    const { server, request } = await busy();
    const cut = once(request, 'error');
    await server.close({ within: 0 });
    expect((await cut)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  it('waits as long as it is told, be it longer than a timer can', async () => {
    const { server, request, answer } = await busy();
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    onTestFinished(() => void vi.useRealTimers());
    const closed = server.close({ within: Number.MAX_SAFE_INTEGER });
    // A timer that is too long fires after a millisecond.
    vi.advanceTimersByTime(60_000);
    answer();
    expect((await buffer(await responseOf(request))).toString()).toBe('done');
    await closed;
  });

  it('waits no longer for a collection than for requests', async () => {
    const storage = memoryStorage();
    let isCollecting = () => {};
    const collecting = new Promise<void>((resolve) => (isCollecting = resolve));
    storage.records.list = () => {
      isCollecting();
      return new Promise(() => undefined);
    };
    const server = await serve({ port: 0, storage });
    await collecting;
    await expect(server.close({ within: 0 })).resolves.toBeUndefined();
  });

  it('says which time it cannot wait', async () => {
    const server = await serving();
    await expect(server.close({ within: Number.NaN })).rejects.toThrow(/^within must be a number of milliseconds/);
    await expect(serve({ port: 0, timeouts: { headers: -1 } })).rejects.toThrow(/^timeouts\.headers must be /);
    await expect(serve({ port: 0, timeouts: { idle: Number.NaN } })).rejects.toThrow(/^timeouts\.idle must be /);
  });

  it('does not wait for connections on which nothing is under way', async () => {
    const server = await serve({ port: 0 });
    const silent = connect(Number(new URL(server.url).port), '127.0.0.1');
    const agent = new Agent({ keepAlive: true });
    await buffer(await responseOf(send(server.url, { agent }).end()));
    await server.close({ within: 60_000 });
    agent.destroy();
    silent.destroy();
  });

  it('can be closed again', async () => {
    const server = await serve({ port: 0 });
    await Promise.all([server.close(), server.close()]);
    await expect(server.close()).resolves.toBeUndefined();
  });

  it('closes its own registry, and not one that it was given', async () => {
    let closed = 0;
    const registry = { ...createRegistry(), close: async () => void closed++ };
    const given = await serve({ port: 0, registry });
    await given.close();
    expect(closed).toBe(0);
  });
});
