import {
  CreateRepositoryCommand,
  DescribeRepositoriesCommand,
  ECRPUBLICClient,
  RepositoryNotFoundException,
} from '@aws-sdk/client-ecr-public';
import { awsSdk } from '@coracle/aws-sdk';
import { buildImage, networkError, RegistryError } from '@coracle/registry';
import { ImageTarError } from '@coracle/registry/image-tar';
import { describe, expect, it } from 'vitest';
import type { ConnectedRegistry } from '../src/index.ts';

const MiB = 1024 * 1024;
export const place = { host: 'localhost', path: 'web' };

/** Starts a registry in memory in another thread, with a private repository `web`, and connects to it. */
export type Start = () => Promise<ConnectedRegistry>;

export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('the call should have failed'),
    (error: unknown) => error,
  );

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

/** Bytes that differ from each other at every position that matters. */
export function someBytes(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 2654435761);
  return new Uint8Array(words.buffer, 0, size);
}

const streamOf = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) all.push(new Uint8Array(chunk));
  return new Uint8Array(await new Blob(all).arrayBuffer());
}

/** Describes what a registry in another thread does, with a real thread or a port between. */
export function describeConnectedRegistry(name: string, start: Start): void {
  describe(name, () => {
    it('has the methods and the facts of the registry', async () => {
      const registry = await start();
      const created = await registry.ecrPublic.createRepository({ repositoryName: 'team/web' });
      expect(created.repository?.createdAt).toBeInstanceOf(Date);
      expect(registry.accountId).toBe('123456789012');
      expect(registry.endpoint).toEqual(new URL('http://localhost:4747/'));
      expect(await registry.guarantees()).toMatchObject({ atomicCommit: true });
      expect(await registry.distribution.kindOfHost('public.ecr.aws')).toBe('public');
      expect(await registry.distribution.getTags(place)).toEqual({ tags: [], more: false });
    });

    it('has paginators', async () => {
      const registry = await start();
      await registry.seed({ private: { aa: [], bb: [], cc: [] } });
      const names: (string | undefined)[] = [];
      for await (const { repositories = [] } of registry.ecr.paginateDescribeRepositories({}, { pageSize: 2 })) {
        names.push(...repositories.map(({ repositoryName }) => repositoryName));
      }
      expect(names).toEqual(['aa', 'bb', 'cc', 'web']);
    });

    it('refuses with the classes and the members of the errors', async () => {
      const registry = await start();
      await registry.ecrPublic.createRepository({ repositoryName: 'web' });
      const missing = await rejection(registry.ecrPublic.describeImages({ repositoryName: 'ghost' }));
      expect(missing).toBeInstanceOf(RegistryError);
      expect(missing).toMatchObject({ name: 'RepositoryNotFoundException', ociCode: 'NAME_UNKNOWN', fault: 'client' });
      const { uploadId } = await registry.ecrPublic.initiateLayerUpload({ repositoryName: 'web' });
      const gap = await rejection(
        registry.ecrPublic.uploadLayerPart({
          ...{ repositoryName: 'web', uploadId, partFirstByte: 5, partLastByte: 9 },
          layerPartBlob: new Uint8Array(5),
        }),
      );
      expect(gap).toMatchObject({
        name: 'InvalidLayerPartException',
        members: { lastValidByteReceived: 0, repositoryName: 'web', uploadId },
      });
      expect(await rejection(registry.distribution.getTags(7 as never))).toBeInstanceOf(TypeError);
      expect(await rejection(registry.seed({ pubic: {} } as never))).toEqual(
        new TypeError("A seed has no member 'pubic'; did you mean 'public'?"),
      );
    });

    it('says that functions cannot be sent', async () => {
      const registry = await start();
      expect(await rejection(registry.intercept('PutImage', { where: () => true }))).toEqual(
        new TypeError('An argument of intercept.where is a function, which cannot be sent to the worker'),
      );
    });

    it('serves the AWS SDK', async () => {
      const registry = await start();
      const client = new ECRPUBLICClient(awsSdk(registry));
      const ghost = client.send(new DescribeRepositoriesCommand({ repositoryNames: ['ghost'] }));
      expect(await rejection(ghost)).toBeInstanceOf(RepositoryNotFoundException);
      await registry.intercept('DescribeRepositories', { fail: networkError('ECONNRESET') });
      expect(await rejection(client.send(new DescribeRepositoriesCommand({})))).toMatchObject({
        code: 'ECONNRESET',
        name: 'TimeoutError',
      });
      await registry.stopIntercepting();
      await registry.intercept('CreateRepository', { fail: networkError('aborted') });
      await rejection(client.send(new CreateRepositoryCommand({ repositoryName: 'carried-out' })));
      const { repositories } = await client.send(new DescribeRepositoriesCommand({}));
      expect(repositories).toMatchObject([{ repositoryName: 'carried-out' }]);
    });

    it('takes a part of a large buffer without the rest', async () => {
      const registry = await start();
      await registry.ecrPublic.createRepository({ repositoryName: 'web' });
      const { uploadId } = await registry.ecrPublic.initiateLayerUpload({ repositoryName: 'web' });
      const layer = someBytes(10 * MiB);
      for (const first of [0, 5 * MiB]) {
        await registry.ecrPublic.uploadLayerPart({
          ...{ repositoryName: 'web', uploadId, partFirstByte: first, partLastByte: first + 5 * MiB - 1 },
          layerPartBlob: layer.subarray(first, first + 5 * MiB),
        });
      }
      const layerDigests = [await sha256(layer)];
      const completed = await registry.ecrPublic.completeLayerUpload({ repositoryName: 'web', uploadId, layerDigests });
      expect(completed.layerDigest).toBe(layerDigests[0]);
      expect(layer.byteLength).toBe(10 * MiB);
    });

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

    describe('events and helpers', () => {
      it('calls listeners until they are removed', async () => {
        const registry = await start();
        const seen: unknown[] = [];
        let arrived = () => {};
        const stop = registry.events.on('createRepository', ({ repositoryName }) => {
          seen.push(repositoryName);
          arrived();
        });
        const first = new Promise<void>((resolve) => {
          arrived = resolve;
        });
        await registry.ecr.createRepository({ repositoryName: 'one' });
        await first;
        stop();
        await registry.ecr.createRepository({ repositoryName: 'two' });
        expect(seen).toEqual(['one']);
      });

      it('takes and restores snapshots', async () => {
        const registry = await start();
        const image = await buildImage({ layers: ['hello'] });
        await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
        const snapshot = await registry.snapshot();
        await registry.ecr.deleteRepository({ repositoryName: 'web', force: true });
        await registry.restore(snapshot);
        expect((await registry.distribution.getManifest(place, 'v1')).digest).toBe(image.digest);
      });

      it('intercepts calls', async () => {
        const registry = await start();
        const interception = await registry.intercept('CreateRepository', {
          fail: { name: 'ThrottlingException' },
          where: { repositoryName: 'slow' },
        });
        expect(await rejection(registry.ecr.createRepository({ repositoryName: 'slow' }))).toMatchObject({
          name: 'ThrottlingException',
        });
        expect(await interception.calls()).toMatchObject([{ input: { repositoryName: 'slow' } }]);
        interception.stop();
        await registry.ecr.createRepository({ repositoryName: 'slow' });
      });
    });

    describe('archives', () => {
      it('are exported, and imported with progress', async () => {
        const registry = await start();
        const image = await buildImage({ layers: [someBytes(3 * MiB)] });
        await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
        const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
        const reports: number[] = [];
        const imported = await registry.importImage(tar, {
          ...{ repository: 'copy', tag: 'v2', createRepository: true },
          onProgress: ({ bytes }) => reports.push(bytes),
        });
        expect(imported).toMatchObject({ digest: image.digest, tag: 'v2' });
        // The last report comes on a port of its own.
        await registry.guarantees();
        expect(reports.length).toBeGreaterThan(0);
      });

      it('are refused with the class and the code of the error', async () => {
        const registry = await start();
        const error = await rejection(registry.importImage(new Blob(['no tar']), { repository: 'web' }));
        expect(error).toBeInstanceOf(ImageTarError);
        expect(error).toMatchObject({ code: 'INVALID_ARCHIVE' });
      });

      it('can be aborted while their layers are stored', async () => {
        const registry = await start();
        const image = await buildImage({ layers: [someBytes(3 * MiB)] });
        await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
        const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
        await registry.intercept('putBlob', { delay: 2 ** 30 });
        const abort = new AbortController();
        const { signal } = abort;
        const importing = rejection(registry.importImage(tar, { repository: 'copy', createRepository: true, signal }));
        abort.abort(new Error('no time'));
        expect(await importing).toMatchObject({ message: 'no time' });
      });
    });

    describe('close', () => {
      it('rejects the calls in progress and later ones, and may be called again', async () => {
        const registry = await start();
        await registry.intercept('DescribeRepositories', { delay: 2 ** 30 });
        const pending = rejection(registry.ecr.describeRepositories());
        await registry.close();
        await registry.close();
        expect(await pending).toMatchObject({ name: 'AbortError' });
        expect(await rejection(registry.ecr.describeRepositories())).toMatchObject({
          message: 'The connection to the registry was closed by close()',
        });
      });
    });
  });
}
