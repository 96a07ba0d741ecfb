import type { Miniflare, WorkerOptions } from 'miniflare';
import { afterEach, beforeAll, expect, it } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';
import { clientOf, login, MiB, patterned, pulledDigest, pushBlob } from './client.ts';

const object = { className: 'CoracleRegistry', useSQLite: true };

/** The demo tests what is said of missing credentials; these tests are about the bindings. */
describeWithWorkerd('the Worker of a registry', () => {
  let script: string;
  let worker: Miniflare | undefined;

  beforeAll(async () => {
    script = await bundled(new URL('settings-worker.ts', import.meta.url));
  });
  afterEach(() => worker?.dispose());

  async function started(WORKER: string, { bindings, ...options }: Partial<WorkerOptions>): Promise<URL> {
    worker = startWorker(script, { bindings: { ...login, WORKER, ...bindings }, ...options });
    return worker.ready;
  }

  it.each<[string, string, Partial<WorkerOptions>, string]>([
    ['no object', 'usual', { r2Buckets: ['PIECES'] }, 'The binding REGISTRY of the Durable Object is missing'],
    ['no bucket', 'usual', { durableObjects: { REGISTRY: object } }, 'The binding PIECES of the content is missing'],
    [
      'a text in the place of the object',
      'usual',
      { bindings: { REGISTRY: 'registry' }, r2Buckets: ['PIECES'] },
      'The binding REGISTRY of the Durable Object is missing',
    ],
    [
      'a text in the place of the bucket',
      'usual',
      { bindings: { PIECES: 'registry' }, durableObjects: { REGISTRY: object } },
      'The binding PIECES of the content is missing',
    ],
    [
      'the usual name of an object that has another one',
      'renamed',
      { durableObjects: { REGISTRY: object }, r2Buckets: ['CONTENT'] },
      'The binding OBJECTS of the Durable Object is missing',
    ],
    [
      'the usual name of a bucket that has another one',
      'renamed',
      { durableObjects: { OBJECTS: object }, r2Buckets: ['PIECES'] },
      'The binding CONTENT of the content is missing',
    ],
    ['no namespace for its storage in KV', 'kv', {}, 'kvStorage needs a KV namespace'],
    ['a text for its storage in KV', 'kv', { bindings: { IMAGES: 'images' } }, 'kvStorage needs a KV namespace'],
  ])('with %s answers each request with 503 and says what is missing', async (_, name, options, sentence) => {
    const url = await started(name, options);
    const send = clientOf(() => url);
    for (const path of ['/v2/', '/v2/team/web/manifests/v1', '/token']) {
      const response = await send(path);
      const text = await response.text();
      expect([response.status, text]).toEqual([503, expect.stringContaining(sentence)]);
      for (const secret of [login.PASSWORD, login.TOKEN_SECRET]) expect(text).not.toContain(secret);
    }
    const target = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories';
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const called = await send('/', { method: 'POST', headers, body: '{}' });
    expect(called.status).toBe(503);
    expect(await called.json()).toMatchObject({
      __type: expect.stringContaining('ServerException'),
      message: expect.stringContaining(sentence),
    });
  });

  it.each<[string, string, Partial<WorkerOptions>]>([
    ['whose bindings have other names', 'renamed', { durableObjects: { OBJECTS: object }, r2Buckets: ['CONTENT'] }],
    [
      'whose object keeps the content in a KV namespace',
      'usual',
      { durableObjects: { REGISTRY: object }, kvNamespaces: ['PIECES'] },
    ],
    ['with all of it in a KV namespace', 'kv', { kvNamespaces: ['IMAGES'] }],
  ])('%s takes a layer and gives it back', async (_, name, options) => {
    const url = await started(name, options);
    const send = clientOf(() => url);
    const bytes = patterned(9 * MiB);
    const digest = await pushBlob(send, 'team/web', bytes);
    expect(await pulledDigest(send, 'team/web', digest)).toBe(digest);
    const part = await send(`/v2/team/web/blobs/${digest}`, {
      headers: { range: `bytes=${8 * MiB - 2}-${8 * MiB + 1}` },
    });
    expect(part.status).toBe(206);
    expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.slice(8 * MiB - 2, 8 * MiB + 2));
  });
});
