import { buildImage } from '@coracle/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { digestOf, MiB, patterned, pulledDigest, pushBlob, startUpload } from './client.ts';
import { WatchedRegistry } from './watched-registry.ts';

/** Made before any connection is open, because a blocked process does not see that the server closes an idle one. */
const large = patterned(20 * MiB + 7);

describeWithWorkerd('a registry in a Durable Object, with a Worker in front', () => {
  let registry: WatchedRegistry;
  let send: WatchedRegistry['send'];

  beforeAll(async () => {
    registry = await WatchedRegistry.start();
    ({ send } = registry);
  });
  afterAll(() => registry?.worker.dispose());

  const calls = () => registry.steps().calls;

  it('takes few calls of the object for a push and for a pull', async () => {
    const image = await buildImage({ layers: ['one', 'two', 'three'] });
    calls();
    expect((await send('/v2/')).status).toBe(200);
    for (const { bytes } of image.blobs) await pushBlob(send, 'team/web', new Uint8Array(bytes));
    expect((await send('/v2/team/web/manifests/v1', { method: 'HEAD' })).status).toBe(404);
    const headers = { 'content-type': image.mediaType };
    const put = await send('/v2/team/web/manifests/v1', { method: 'PUT', body: image.manifest, headers });
    expect(put.status).toBe(201);
    const pushed = calls();
    expect(pushed.length, pushed.join(' ')).toBeLessThanOrEqual(20);

    const manifest = await send('/v2/team/web/manifests/v1');
    expect(digestOf(new Uint8Array(await manifest.arrayBuffer()))).toBe(image.digest);
    expect(calls()).toEqual(['getManifest']);
    for (const { digest } of image.blobs) {
      expect(await pulledDigest(send, 'team/web', digest)).toBe(digest);
    }
    expect(calls()).toEqual(['locateBlob', 'locateBlob', 'locateBlob', 'locateBlob']);
  });

  it('takes two calls for a layer of any size, and reads nothing back', async () => {
    const bytes = large;
    const digest = digestOf(bytes);
    calls();
    await pushBlob(send, 'large', bytes);
    const seen = registry.steps();
    const ofLayer = seen.calls.filter((name) => name === 'planPieces' || name === 'appendPieces');
    expect(ofLayer).toEqual(['planPieces', 'appendPieces']);
    expect(seen.operations).toEqual(['put', 'put', 'put']);

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
      body: one,
    });
    expect(await post.text()).toBe('');
    expect(post.status).toBe(201);
    const start = () => startUpload(send, 'web');
    const put = await send(`${await start()}?digest=${digestOf(two)}`, { method: 'PUT', body: two });
    expect(put.status).toBe(201);
    let at = await start();
    for (const [from, to] of [
      [0, 1200],
      [1200, 2000],
    ] as const) {
      const headers = { 'content-range': `${from}-${to - 1}` };
      const body = two.slice(from, to);
      const chunk = await send(at, { method: 'PATCH', body, headers });
      expect(chunk.status).toBe(202);
      expect(chunk.headers.get('range')).toBe(`0-${to - 1}`);
      at = chunk.headers.get('location') ?? '';
    }
    const twice = await send(at, { method: 'PATCH', body: two, headers: { 'content-range': '0-1999' } });
    expect(twice.status).toBe(416);
    expect((await send(`${at}?digest=${digestOf(two)}`, { method: 'PUT' })).status).toBe(201);
    const wrong = await send(`${await start()}?digest=${digestOf(one)}`, { method: 'PUT', body: two });
    expect(wrong.status).toBe(400);
  });

  it('adds nothing to an upload that it refuses to finish, because the digest is none', async () => {
    const bytes = patterned(MiB);
    const started = await send('/v2/web/blobs/uploads/', { method: 'POST' });
    const upload = started.headers.get('location') ?? '';
    const before = (await registry.pieces()).length;
    for (const digest of ['', '?digest=sha256:1']) {
      const refused = await send(`${upload}${digest}`, { method: 'PUT', body: bytes });
      expect(refused.status).toBe(400);
      const post = await send('/v2/web/blobs/uploads/?digest=sha256:1', { method: 'POST', body: bytes });
      expect(post.status).toBe(400);
    }
    expect((await registry.pieces()).length).toBe(before);
    const put = await send(`${upload}?digest=${digestOf(bytes)}`, { method: 'PUT', body: bytes });
    expect(put.status).toBe(201);
  });

  it('is closed, and calls the object for no stranger', async () => {
    calls();
    for (const headers of [
      { authorization: '' },
      { authorization: `Basic ${btoa('alice:x')}` },
      { authorization: 'Bearer x' },
    ]) {
      const response = await send('/v2/team/web/manifests/v1', { headers });
      expect(response.status).toBe(401);
      expect(response.headers.get('www-authenticate')).toContain('scope="repository:team/web:pull"');
    }
    expect(calls()).toEqual([]);
  });

  it('checks its tokens without a call of the object', async () => {
    const { token } = (await (await send('/token?scope=repository:team/web:pull')).json()) as { token: string };
    calls();
    const headers = { authorization: `Bearer ${token}` };
    expect((await send('/v2/team/web/tags/list', { headers })).status).toBe(200);
    expect((await send('/v2/team/web/blobs/uploads/', { method: 'POST', headers })).status).toBe(401);
    expect(calls().filter((name) => name === 'openToken' || name === 'grantToken')).toEqual([]);
    expect(await registry.pieces()).not.toEqual([]);
  });
});
