import { buildImage } from '@coracle/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWorkerd } from './miniflare.ts';
import { readmeWorker } from './readme-worker.ts';

describeWithWorkerd("the Worker of storage-durable-object's README", () => {
  let registry: Awaited<ReturnType<typeof readmeWorker>>;

  beforeAll(async () => {
    registry = await readmeWorker(new URL('../../packages/storage-durable-object/README.md', import.meta.url));
  });
  afterAll(() => registry?.stop());

  const send = async (path: string, { headers, ...init }: RequestInit = {}) =>
    fetch(new URL(path, await registry.worker.ready), {
      ...init,
      headers: { authorization: `Basic ${btoa('AWS:any')}`, ...headers },
    });

  it('takes an image, and gives it back to whoever asks', async () => {
    const image = await buildImage({ layers: ['one', 'two'] });
    for (const { digest, bytes } of image.blobs) {
      const body = bytes as Uint8Array<ArrayBuffer>;
      expect((await send(`/v2/team/web/blobs/uploads/?digest=${digest}`, { method: 'POST', body })).status).toBe(201);
    }
    const manifest = { method: 'PUT', body: image.manifest, headers: { 'content-type': image.mediaType } };
    expect((await send('/v2/team/web/manifests/v1', manifest)).status).toBe(201);

    expect(await (await send('/v2/team/web/manifests/v1')).text()).toBe(image.manifest);
    for (const { digest, bytes } of image.blobs) {
      const blob = await send(`/v2/team/web/blobs/${digest}`);
      expect(blob.headers.get('content-length')).toBe(String(bytes.length));
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(bytes);
    }
    expect(await (await send('/v2/team/web/tags/list')).json()).toEqual({ name: 'team/web', tags: ['v1'] });
  });

  it('lets of twenty that push the same tag at once none fail, and the tag is on one of their images', async () => {
    const images = await Promise.all(Array.from({ length: 20 }, (_, n) => buildImage({ layers: [`layer ${n}`] })));
    const pushes = images.map(async ({ blobs, manifest, mediaType }) => {
      for (const { digest, bytes } of blobs) {
        const body = bytes as Uint8Array<ArrayBuffer>;
        await send(`/v2/team/raced/blobs/uploads/?digest=${digest}`, { method: 'POST', body });
      }
      const headers = { 'content-type': mediaType };
      return (await send('/v2/team/raced/manifests/latest', { method: 'PUT', body: manifest, headers })).status;
    });
    expect(await Promise.all(pushes)).toEqual(images.map(() => 201));
    const latest = await send('/v2/team/raced/manifests/latest');
    expect(images.map(({ digest }) => digest)).toContain(latest.headers.get('docker-content-digest'));
  });
});
