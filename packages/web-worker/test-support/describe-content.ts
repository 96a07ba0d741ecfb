import { RegistryError } from '@coracle/registry';
import { describe, expect, it } from 'vitest';
import { collect, MiB, place, rejection, type Start, sha256, someBytes, streamOf } from './given.ts';

/** Describes how content comes to a registry in another thread, and back. */
export function describeContent(name: string, start: Start): void {
  describe(`${name}, with content`, () => {
    describe('fetch', () => {
      const content = someBytes(3 * MiB);
      const bodies: [string, () => RequestInit & { duplex?: string }][] = [
        ['a Blob', () => ({ body: new Blob([content]) })],
        ['bytes', () => ({ body: content })],
        ['a stream', () => ({ body: streamOf(content.subarray(0, 100), content.subarray(100)) })],
        ['a buffer', () => ({ body: content.buffer })],
      ];
      it.each(bodies)('pushes %s and pulls it', async (_, init) => {
        const registry = await start();
        const digest = await sha256(content);
        const begun = await registry.fetch('http://localhost:4747/v2/web/blobs/uploads/', { method: 'POST' });
        expect(begun.status).toBe(202);
        const at = `${begun.headers.get('location')}?digest=${digest}`;
        const put = await registry.fetch(new URL(at, 'http://localhost:4747'), { method: 'PUT', ...init() });
        expect([put.status, put.headers.get('docker-content-digest')]).toEqual([201, digest]);
        const blob = `http://localhost:4747/v2/web/blobs/${digest}`;
        expect(await sha256(new Uint8Array(await (await registry.fetch(blob)).arrayBuffer()))).toBe(digest);
        const head = await registry.fetch(blob, { method: 'HEAD' });
        expect([head.headers.get('content-length'), head.body]).toEqual([String(3 * MiB), null]);
        const part = await registry.fetch(blob, { headers: { range: 'bytes=5-9' } });
        expect([part.status, new Uint8Array(await part.arrayBuffer())]).toEqual([206, content.slice(5, 10)]);
        expect(content.byteLength).toBe(3 * MiB);
      });

      it('takes a Request with its body', async () => {
        const registry = await start();
        const request = new Request('http://localhost:4747/', {
          method: 'POST',
          headers: { 'x-amz-target': 'SpencerFrontendService.CreateRepository' },
          body: JSON.stringify({ repositoryName: 'by-request' }),
        });
        expect(await (await registry.fetch(request)).json()).toMatchObject({
          repository: { repositoryName: 'by-request' },
        });
        const refused = await registry.fetch('http://localhost:4747/v2/ghost/tags/list');
        expect([refused.status, await refused.json()]).toMatchObject([404, { errors: [{ code: 'NAME_UNKNOWN' }] }]);
      });

      it('can be aborted', async () => {
        const registry = await start();
        await registry.intercept('getTags', { delay: 2 ** 30 });
        const abort = new AbortController();
        const pending = registry.fetch('http://localhost:4747/v2/web/tags/list', { signal: abort.signal });
        const reason = new Error('the user has left');
        abort.abort(reason);
        expect(await rejection(pending)).toBe(reason);
        await registry.stopIntercepting();
        expect((await registry.fetch('http://localhost:4747/v2/web/tags/list')).status).toBe(200);
      });

      it('cancels the stream of a body if it is aborted', async () => {
        const registry = await start();
        const abort = new AbortController();
        let resolve: (reason: unknown) => void = () => {};
        const cancelled = new Promise<unknown>((fulfil) => {
          resolve = fulfil;
        });
        const body = new ReadableStream<Uint8Array>({
          pull(controller) {
            controller.enqueue(new Uint8Array(10));
            abort.abort(new Error('enough'));
            return new Promise(() => {});
          },
          cancel: (reason) => resolve(reason),
        });
        const url = 'http://localhost:4747/v2/web/blobs/uploads/?digest=sha256:00';
        await rejection(registry.fetch(url, { method: 'POST', body, signal: abort.signal }));
        expect(await cancelled).toMatchObject({ message: 'enough' });
      });
    });

    describe('blobs', () => {
      it('are put from streams and iterables, and read', async () => {
        const registry = await start();
        const content = someBytes(9 * MiB);
        const digest = await sha256(content);
        async function* chunks() {
          for (let at = 0; at < content.length; at += MiB) yield content.subarray(at, at + MiB);
        }
        await registry.distribution.putBlob(place, digest, chunks());
        const blob = await registry.distribution.getBlob(place, digest);
        expect(blob.size).toBe(9 * MiB);
        expect(await sha256(await collect(blob.read()))).toBe(digest);
        expect(await collect(blob.read({ first: 8 * MiB - 2, last: 8 * MiB + 1 }))).toEqual(
          content.slice(8 * MiB - 2, 8 * MiB + 2),
        );
        expect(await rejection(registry.distribution.getBlob(place, `sha256:${'0'.repeat(64)}`))).toMatchObject({
          name: 'LayersNotFoundException',
        });
      });

      it('fail with the error of their source, and leave nothing', async () => {
        const registry = await start();
        async function* broken() {
          yield new Uint8Array(10);
          throw Object.assign(new RangeError('the disk is gone'), { code: 'EIO' });
        }
        const digest = await sha256(new Uint8Array(10));
        const error = await rejection(registry.distribution.putBlob(place, digest, broken()));
        expect(error).toMatchObject({ name: 'ServerException', cause: { message: 'the disk is gone', code: 'EIO' } });
        expect((error as Error).cause).toBeInstanceOf(RangeError);
        expect(await rejection(registry.distribution.checkBlob(place, digest))).toBeInstanceOf(RegistryError);
      });

      it('are not read far ahead of the registry', async () => {
        const registry = await start();
        let given = 0;
        const endless = new ReadableStream<Uint8Array>(
          {
            pull(controller) {
              given++;
              controller.enqueue(new Uint8Array(MiB));
            },
          },
          { highWaterMark: 0 },
        );
        await registry.intercept('putBlob', { delay: 2 ** 30 });
        const putting = rejection(registry.distribution.putBlob(place, `sha256:${'0'.repeat(64)}`, endless));
        await registry.guarantees();
        await registry.guarantees();
        expect(given).toBeLessThanOrEqual(3);
        await registry.close();
        expect(await putting).toMatchObject({ name: 'AbortError' });
      });
    });
  });
}
