import { createHash } from 'node:crypto';
import { buildImage } from '@coracle/registry';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { finish, patch, pushBlob, startUpload } from './client.ts';
import { WatchedRegistry } from './watched-registry.ts';

/** Cloudflare counts and charges the calls of the object and the operations of the bucket. */
describeWithWorkerd('a request to a registry at Cloudflare', () => {
  let registry: WatchedRegistry;
  beforeAll(async () => {
    registry = await WatchedRegistry.start();
  });
  afterAll(() => registry?.worker.dispose());

  it('for a manifest takes one call of the object and no operation of the bucket', async () => {
    const { send } = registry;
    const image = await buildImage({ layers: ['one', 'two'] });
    for (const { bytes } of image.blobs) await pushBlob(send, 'team/web', new Uint8Array(bytes));
    registry.steps();
    const headers = { 'content-type': image.mediaType };
    const put = await send('/v2/team/web/manifests/v1', { method: 'PUT', body: image.manifest, headers });
    expect(put.status).toBe(201);
    expect(registry.steps()).toEqual({ calls: ['putManifest'], operations: [] });

    for (const reference of ['v1', image.digest]) {
      const pulled = await send(`/v2/team/web/manifests/${reference}`);
      expect(await pulled.text()).toBe(image.manifest);
      expect(registry.steps()).toEqual({ calls: ['getManifest'], operations: [] });
    }
  });

  it('that brings 100 MB takes two calls of the object and twelve puts, and nothing is read until the pull', async () => {
    const { send } = registry;
    // One chunk again and again, so that this process never has the whole layer in its memory.
    const [chunk, count] = [Uint8Array.from({ length: 100_000 }, (_, i) => (i * i) % 251), 1000];
    const hash = createHash('sha256');
    for (let i = 0; i < count; i++) hash.update(chunk);
    const digest = `sha256:${hash.digest('hex')}`;
    let sent = 0;
    const body = new ReadableStream({
      type: 'bytes',
      pull: (controller) => {
        if (sent++ < count) controller.enqueue(chunk.slice());
        else controller.close();
      },
    });

    const upload = await startUpload(send, 'large');
    registry.steps();
    const next = await patch(send, upload, body);
    expect(registry.steps()).toEqual({
      calls: ['planPieces', 'appendPieces'],
      operations: Array.from({ length: 12 }, () => 'put'),
    });
    await finish(send, next, digest);
    expect(registry.steps()).toEqual({ calls: ['finishUpload'], operations: [] });

    const pulled = await send(`/v2/large/blobs/${digest}`);
    expect(pulled.headers.get('content-length')).toBe('100000000');
    const received = createHash('sha256');
    for await (const part of pulled.body ?? []) received.update(part);
    expect(`sha256:${received.digest('hex')}`).toBe(digest);
    expect(registry.steps()).toEqual({ calls: ['locateBlob'], operations: Array.from({ length: 12 }, () => 'get') });
  });
});
