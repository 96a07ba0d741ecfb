import { buildImage } from '@coracle/registry';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { clientOf, digestOf, finish, MiB, patch, patterned, pulledDigest, type Send, startUpload } from './client.ts';
import { WatchedRegistry } from './watched-registry.ts';

/**
 * Cloudflare runs a Worker in many places, and one request of a client knows nothing of the one before. Each client here
 * sends to a Worker of its own, with an isolate of its own. The object is in yet another isolate.
 */
describeWithWorkerd('a push whose every request meets another isolate', () => {
  const names = ['head', 'post', 'patch', 'second patch', 'put', 'manifest put', 'pull'] as const;
  const large = patterned(20 * MiB + 7);
  const clients = new Map<string, Send>();
  let registry: WatchedRegistry;

  beforeAll(async () => {
    registry = await WatchedRegistry.startApart(names);
    for (const name of names) {
      const url = await registry.worker.unsafeGetDirectURL(name);
      clients.set(
        name,
        clientOf(() => url),
      );
    }
  });
  afterAll(() => registry?.worker.dispose());
  beforeEach(() => void registry.steps());

  const through = (name: (typeof names)[number]): Send => clients.get(name) ?? expect.fail(`no client ${name}`);
  const reads = () => registry.steps().operations.filter((operation) => operation !== 'put');
  const head = (repository: string, digest: string) =>
    through('head')(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' });

  it('reads nothing back, and the image is there for the next isolate', async () => {
    const image = await buildImage({ layers: [large, 'small'] });
    for (const { bytes, digest } of image.blobs) {
      expect((await head('team/web', digest)).status).toBe(404);
      const upload = await startUpload(through('post'), 'team/web');
      const next = await patch(through('patch'), upload, new Uint8Array(bytes));
      await finish(through('put'), next, digest);
    }
    const headers = { 'content-type': image.mediaType };
    const manifest = { method: 'PUT', body: image.manifest, headers };
    expect((await through('manifest put')('/v2/team/web/manifests/v1', manifest)).status).toBe(201);
    expect(reads()).toEqual([]);

    expect(await (await through('pull')('/v2/team/web/manifests/v1')).text()).toBe(image.manifest);
    for (const { digest } of image.blobs) expect(await pulledDigest(through('pull'), 'team/web', digest)).toBe(digest);
  });

  it('reads nothing back if the object restarts before the upload is finished', async () => {
    const [bytes, repository] = [large.subarray(1), 'restarted'];
    const digest = digestOf(bytes);
    const upload = await startUpload(through('post'), repository);
    registry.steps();
    const next = await patch(through('patch'), upload, bytes);
    registry.next('checkBlob', () => 'abort');
    // The call only reads, so the Worker repeats it in the new object, and the client notices nothing.
    expect((await head(repository, digest)).status).toBe(404);
    await finish(through('put'), next, digest);
    expect(registry.steps()).toEqual({
      calls: ['planPieces', 'appendPieces', 'checkBlob', 'checkBlob', 'finishUpload'],
      operations: ['put', 'put', 'put'],
    });
    expect(await pulledDigest(through('pull'), repository, digest)).toBe(digest);
  });

  it('with a layer in two parts reads each piece back once, when the upload is finished', async () => {
    const [bytes, repository] = [large.subarray(2), 'parts'];
    const digest = digestOf(bytes);
    const upload = await startUpload(through('post'), repository);
    const half = await patch(through('patch'), upload, bytes.subarray(0, 9 * MiB));
    const whole = await patch(through('second patch'), half, bytes.subarray(9 * MiB));
    // A hash cannot be handed from isolate to isolate, so only the pieces know the digest of the whole.
    expect(registry.steps().operations).toEqual(['put', 'put', 'put', 'put']);
    await finish(through('put'), whole, digest);
    expect(registry.steps()).toEqual({ calls: ['finishUpload'], operations: ['get', 'get', 'get', 'get'] });
    expect(await pulledDigest(through('pull'), repository, digest)).toBe(digest);
  });

  it('with a layer in two parts of which one is wrong refuses the whole', async () => {
    const [bytes, repository] = [large.subarray(3), 'wrong'];
    const digest = digestOf(bytes);
    const half = await patch(through('patch'), await startUpload(through('post'), repository), bytes.subarray(0, MiB));
    const whole = await patch(through('second patch'), half, bytes.subarray(MiB + 1));
    const put = await through('put')(`${whole}?digest=${digest}`, { method: 'PUT' });
    expect(put.status).toBe(400);
    expect((await head(repository, digest)).status).toBe(404);
  });
});
