import { createHash } from 'node:crypto';
import { request } from 'node:http';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from './bundle.ts';
import { describeWithWorkerd, startWorker } from './miniflare.ts';

/** Tests a Worker over a socket, as clients use it. The tests inside of workerd do not see the socket. */

const MiB = 1024 * 1024;

interface Seen {
  readonly status: number | undefined;
  readonly headers: NodeJS.Dict<string | string[]>;
  readonly digest: string;
  readonly size: number;
}

describeWithWorkerd('a registry in a Worker, without nodejs_compat', () => {
  let worker: Miniflare;
  let url: URL;
  const bytes = Uint8Array.from({ length: 20 * MiB + 7 }, (_, i) => (i * i) % 251);
  const digestOf = (content: Uint8Array) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
  const digest = digestOf(bytes);
  const blob = `/v2/web/blobs/${digest}`;

  const send = (method: string, path: string, headers: Record<string, string> = {}, body?: Uint8Array) =>
    new Promise<Seen>((resolve, reject) => {
      const sent = request(new URL(path, url), {
        method,
        headers: { authorization: `Basic ${btoa('AWS:any')}`, ...headers },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        const hash = createHash('sha256');
        let size = 0;
        response.on('error', reject);
        response.on('data', (chunk: Uint8Array) => {
          hash.update(chunk);
          size += chunk.length;
        });
        response.on('end', () => {
          const { statusCode: status, headers } = response;
          resolve({ status, headers, size, digest: `sha256:${hash.digest('hex')}` });
        });
      });
      sent.end(body);
    });

  beforeAll(async () => {
    worker = startWorker(await bundled(new URL('main.ts', import.meta.url)), {});
    url = await worker.ready;
    const target = 'AmazonEC2ContainerRegistry_V20150921.CreateRepository';
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
    const body = new TextEncoder().encode('{"repositoryName":"web"}');
    expect((await send('POST', '/', headers, body)).status).toBe(200);
    expect((await send('POST', `/v2/web/blobs/uploads/?digest=${digest}`, {}, bytes)).status).toBe(201);
  });

  afterAll(() => worker?.dispose());

  it('says how long a blob is before it sends it', async () => {
    const seen = await send('GET', blob);
    expect(seen).toMatchObject({ status: 200, size: bytes.length, digest });
    expect(seen.headers).toMatchObject({ 'content-length': String(bytes.length) });
    expect(seen.headers).not.toHaveProperty('transfer-encoding');
  });

  it('says how long a part of a blob is', async () => {
    const [first, last] = [8 * MiB - 1, 16 * MiB];
    const seen = await send('GET', blob, { range: `bytes=${first}-${last}` });
    expect(seen).toMatchObject({ status: 206, digest: digestOf(bytes.subarray(first, last + 1)) });
    expect(seen.headers).toMatchObject({
      'content-length': String(last - first + 1),
      'content-range': `bytes ${first}-${last}/${bytes.length}`,
    });
  });

  it('says it to a HEAD too, and of what is refused', async () => {
    expect((await send('HEAD', blob)).headers).toMatchObject({ 'content-length': String(bytes.length) });
    const refused = await send('GET', '/v2/web/manifests/none');
    expect(refused.status).toBe(404);
    expect(refused.headers).toMatchObject({ 'content-length': String(refused.size) });
  });

  it('takes a layer that is sent without a length', async () => {
    const chunked = { 'transfer-encoding': 'chunked' };
    expect((await send('POST', `/v2/web/blobs/uploads/?digest=${digest}`, chunked, bytes)).status).toBe(201);
  });
});
