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
import { MiB, place, rejection, type Start, sha256, someBytes } from './given.ts';

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
        expect(await interception.calls()).toHaveLength(1);
      });
    });

    describe('archives', () => {
      it('are exported and imported', async () => {
        const registry = await start();
        const image = await buildImage({ layers: [someBytes(3 * MiB)] });
        await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
        const tar = await new Response(await registry.exportImage({ repository: 'web', reference: 'v1' })).blob();
        const imported = await registry.importImage(tar, {
          ...{ repository: 'copy', tag: 'v2', createRepository: true },
        });
        expect(imported).toMatchObject({ digest: image.digest, tag: 'v2' });
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
