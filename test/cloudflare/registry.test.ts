import { createHash } from 'node:crypto';
import { buildImage } from '@coracle/registry';
import type { Miniflare } from 'miniflare';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';

const MiB = 1024 * 1024;
const login = { USERNAME: 'alice', PASSWORD: 'open sesame', TOKEN_SECRET: 'x'.repeat(32) };
const authorization = `Basic ${btoa('alice:open sesame')}`;
const digestOf = (bytes: Uint8Array | string) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
/** Made before any connection is open, because a blocked process does not see that the server closes an idle one. */
const large = Uint8Array.from({ length: 20 * MiB + 7 }, (_, i) => (i * i) % 251);
const patterned = (size: number) => large.slice(0, size);

describeWithWorkerd('a registry in a Durable Object, with a Worker in front', () => {
  let worker: Miniflare;
  let url: URL;

  beforeAll(async () => {
    worker = startWorker(await bundled(new URL('worker.ts', import.meta.url)), {
      bindings: login,
      r2Buckets: ['PIECES'],
      durableObjects: { REGISTRY: { className: 'CountedRegistry', useSQLite: true } },
    });
    url = await worker.ready;
  });
  afterAll(() => worker?.dispose());

  const send = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(new URL(path, url), {
      ...init,
      headers: { authorization, ...init.headers },
      duplex: 'half',
    } as RequestInit);
  const calls = async () => (await (await send('/calls')).json()) as string[];
  const piecesIn = async () => {
    const bucket = await worker.getR2Bucket('PIECES');
    return (await bucket.list()).objects.length;
  };

  /** Pushes a blob as docker does: HEAD, POST, PATCH and PUT. */
  async function pushBlob(name: string, bytes: Uint8Array): Promise<void> {
    const digest = digestOf(bytes);
    expect((await send(`/v2/${name}/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
    const started = await send(`/v2/${name}/blobs/uploads/`, { method: 'POST' });
    expect(started.status).toBe(202);
    const upload = started.headers.get('location') ?? '';
    const patched = await send(upload, { method: 'PATCH', body: bytes as BodyInit });
    expect(await patched.text()).toBe('');
    expect(patched.status).toBe(202);
    const put = await send(`${patched.headers.get('location')}?digest=${digest}`, { method: 'PUT' });
    expect(await put.text()).toBe('');
    expect(put.status).toBe(201);
  }

  it('takes few calls of the object for a push and for a pull', async () => {
    const image = await buildImage({ layers: ['one', 'two', 'three'] });
    await calls();
    expect((await send('/v2/')).status).toBe(200);
    for (const { bytes } of image.blobs) await pushBlob('team/web', bytes);
    expect((await send('/v2/team/web/manifests/v1', { method: 'HEAD' })).status).toBe(404);
    const headers = { 'content-type': image.mediaType };
    const put = await send('/v2/team/web/manifests/v1', { method: 'PUT', body: image.manifest as BodyInit, headers });
    expect(put.status).toBe(201);
    const pushed = await calls();
    expect(pushed.length, pushed.join(' ')).toBeLessThanOrEqual(20);

    const manifest = await send('/v2/team/web/manifests/v1');
    expect(digestOf(new Uint8Array(await manifest.arrayBuffer()))).toBe(image.digest);
    expect(await calls()).toEqual(['getManifest']);
    for (const { digest } of image.blobs) {
      const blob = await send(`/v2/team/web/blobs/${digest}`);
      expect(digestOf(new Uint8Array(await blob.arrayBuffer()))).toBe(digest);
    }
    expect(await calls()).toEqual(['locateBlob', 'locateBlob', 'locateBlob', 'locateBlob']);
  });

  it('takes two calls for a layer of any size, and reads nothing back', async () => {
    const bytes = large;
    const digest = digestOf(bytes);
    await calls();
    await pushBlob('large', bytes);
    const seen = await calls();
    expect(seen.filter((name) => name === 'planPieces' || name === 'appendPieces')).toEqual([
      'planPieces',
      'appendPieces',
    ]);

    const whole = await send(`/v2/large/blobs/${digest}`);
    expect(whole.headers.get('content-length')).toBe(String(bytes.length));
    expect(digestOf(new Uint8Array(await whole.arrayBuffer()))).toBe(digest);
    const [first, last] = [8 * MiB - 3, 16 * MiB + 5];
    const part = await send(`/v2/large/blobs/${digest}`, { headers: { range: `bytes=${first}-${last}` } });
    expect(part.status).toBe(206);
    expect(Buffer.from(await part.arrayBuffer()).equals(Buffer.from(bytes.subarray(first, last + 1)))).toBe(true);
  });

  it('takes a blob in one POST, in a PUT with the content, and in several chunks', async () => {
    const [one, two] = [patterned(1000), patterned(2000)];
    const post = await send(`/v2/web/blobs/uploads/?digest=${digestOf(one)}`, {
      method: 'POST',
      body: one as BodyInit,
    });
    expect(await post.text()).toBe('');
    expect(post.status).toBe(201);
    const start = async () => (await send('/v2/web/blobs/uploads/', { method: 'POST' })).headers.get('location') ?? '';
    const put = await send(`${await start()}?digest=${digestOf(two)}`, { method: 'PUT', body: two as BodyInit });
    expect(put.status).toBe(201);
    let at = await start();
    for (const [from, to] of [
      [0, 1200],
      [1200, 2000],
    ] as const) {
      const headers = { 'content-range': `${from}-${to - 1}` };
      const body = two.slice(from, to) as BodyInit;
      const chunk = await send(at, { method: 'PATCH', body, headers });
      expect(chunk.status).toBe(202);
      expect(chunk.headers.get('range')).toBe(`0-${to - 1}`);
      at = chunk.headers.get('location') ?? '';
    }
    const twice = await send(at, { method: 'PATCH', body: two as BodyInit, headers: { 'content-range': '0-1999' } });
    expect(twice.status).toBe(416);
    expect((await send(`${at}?digest=${digestOf(two)}`, { method: 'PUT' })).status).toBe(201);
    const wrong = await send(`${await start()}?digest=${digestOf(one)}`, { method: 'PUT', body: two as BodyInit });
    expect(wrong.status).toBe(400);
  });

  it('is closed, and calls the object for no stranger', async () => {
    await calls();
    for (const headers of [
      { authorization: '' },
      { authorization: `Basic ${btoa('alice:x')}` },
      { authorization: 'Bearer x' },
    ]) {
      const response = await send('/v2/team/web/manifests/v1', { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('scope="repository:team/web:pull"');
    }
    expect(await calls()).toEqual([]);
  });

  it('checks its tokens without a call of the object', async () => {
    const { token } = (await (await send('/token?scope=repository:team/web:pull')).json()) as { token: string };
    await calls();
    const headers = { authorization: `Bearer ${token}` };
    expect((await send('/v2/team/web/tags/list', { headers })).status).toBe(200);
    expect((await send('/v2/team/web/blobs/uploads/', { method: 'POST', headers })).status).toBe(401);
    expect((await calls()).filter((name) => name === 'openToken' || name === 'grantToken')).toEqual([]);
    expect(await piecesIn()).toBeGreaterThan(0);
  });
});
