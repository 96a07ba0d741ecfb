import { describe, expect, it } from 'vitest';
import {
  account,
  collect,
  digestOf,
  expectInvalid,
  expectRefused,
  hour,
  imageOf,
  putImage,
  putLayer,
  refusalOf,
  registryWith,
  repositoryMissing,
  type TestRegistry,
  textOf,
  unknownDigest,
  uploadParts,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const anyUpload = '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9';
const MiB = 1024 * 1024;

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.completeLayerUpload({ ...target, uploadId: anyUpload, layerDigests: [unknownDigest] }, options);

async function uploaded(...parts: readonly (string | Uint8Array)[]) {
  const registry = await registryWith([repositoryName]);
  return { registry, uploadId: await uploadParts(registry, repositoryName, parts) };
}

const complete = ({ ecrPublic }: TestRegistry, uploadId: string, ...layerDigests: string[]) =>
  ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });

const available = async ({ ecrPublic }: TestRegistry, layerDigest: string, name = repositoryName) =>
  (await ecrPublic.batchCheckLayerAvailability({ repositoryName: name, layerDigests: [layerDigest] })).layers[0]
    ?.layerAvailability === 'AVAILABLE';

const uploadMissing = (uploadId: string, name = repositoryName) =>
  `The upload with id '${uploadId}' in the repository with name '${name}' in registry with id '${account}' does not exist`;

const noMatch = 'None of the provided layer digests match the calculated layer digest';

describe('CompleteLayerUpload', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: true });
  itWorksElsewhere(call);

  it('makes a layer and answers with its digest', async () => {
    const { registry, uploadId } = await uploaded('four');
    const layerDigest = await digestOf('four');
    expect(await complete(registry, uploadId, layerDigest)).toEqual({
      registryId: account,
      repositoryName,
      uploadId,
      layerDigest,
    });
    expect(await available(registry, layerDigest)).toBe(true);
  });

  it('answers with the account where the registry was named by its alias', async () => {
    const { registry, uploadId } = await uploaded('four');
    const input = { registryId: 'xqj38ptr', repositoryName, uploadId, layerDigests: ['any:0'] };
    expect((await registry.ecrPublic.completeLayerUpload(input)).registryId).toBe(account);
  });

  it('is content with any one of the digests', async () => {
    const { registry, uploadId } = await uploaded('four');
    const layerDigest = await digestOf('four');
    expect((await complete(registry, uploadId, unknownDigest, 'md5:0', layerDigest)).layerDigest).toBe(layerDigest);
  });

  it('compares nothing where no digest is a sha256', async () => {
    const { registry, uploadId } = await uploaded('four');
    expect((await complete(registry, uploadId, 'sample+v1:0aF', `sha512:${'0'.repeat(128)}`)).layerDigest).toBe(
      await digestOf('four'),
    );
  });

  it('ignores digests of other algorithms beside a sha256', async () => {
    const { registry, uploadId } = await uploaded('four');
    await expectRefused(
      registry,
      () => complete(registry, uploadId, 'sample:0', unknownDigest),
      'InvalidLayerException',
      noMatch,
    );
  });

  it('refuses an upload without parts, before it looks at the digest', async () => {
    const { registry, uploadId } = await uploaded();
    for (const digest of [await digestOf(''), unknownDigest]) {
      await expectRefused(
        registry,
        () => complete(registry, uploadId, digest),
        'EmptyUploadException',
        `The upload with id '${uploadId}' in the repository with name '${repositoryName}' in registry with id '${account}' cannot be completed because it does not have any parts`,
      );
    }
  });

  describe('of several parts', () => {
    it('joins them', async () => {
      const part = new Uint8Array(5 * MiB).fill(1);
      const { registry, uploadId } = await uploaded(part, part, 'end');
      const whole = new Uint8Array([...part, ...part, ...new TextEncoder().encode('end')]);
      expect((await complete(registry, uploadId, await digestOf(whole))).layerDigest).toBe(await digestOf(whole));
    });

    it('refuses one below 5 MiB that is not the last, before it looks at the digest, and keeps the upload', async () => {
      const { registry, uploadId } = await uploaded(new Uint8Array(5 * MiB - 1), 'end');
      for (const digest of [unknownDigest, 'sample:0']) {
        await expectRefused(
          registry,
          () => complete(registry, uploadId, digest),
          'LayerPartTooSmallException',
          'All layer parts except the last part should be at least 5MB',
        );
      }
    });

    it('holds them to the minimum that the limits say', async () => {
      const registry = await registryWith([repositoryName], { limits: { minPartBytes: 2 } });
      const good = await uploadParts(registry, repositoryName, ['ab', 'cd', 'e']);
      expect((await complete(registry, good, await digestOf('abcde'))).layerDigest).toBe(await digestOf('abcde'));
      const bad = await uploadParts(registry, repositoryName, ['ab', 'c', 'de']);
      expect((await refusalOf(complete(registry, bad, 'any:0'))).name).toBe('LayerPartTooSmallException');
    });
  });

  describe('when no digest is the right one', () => {
    it('makes no layer and keeps the upload, which can be completed by the right one', async () => {
      const { registry, uploadId } = await uploaded('four');
      await expectRefused(
        registry,
        () => complete(registry, uploadId, unknownDigest),
        'InvalidLayerException',
        noMatch,
      );
      expect(await available(registry, await digestOf('four'))).toBe(false);
      await expectRefused(
        registry,
        () => complete(registry, uploadId, unknownDigest),
        'InvalidLayerException',
        noMatch,
      );
      await complete(registry, uploadId, await digestOf('four'));
      expect(await available(registry, await digestOf('four'))).toBe(true);
    });

    it('lets the upload go on with further parts', async () => {
      const registry = await registryWith([repositoryName], { limits: { minPartBytes: 1 } });
      const uploadId = await uploadParts(registry, repositoryName, ['four']);
      await refusalOf(complete(registry, uploadId, unknownDigest));
      const more = { partFirstByte: 4, partLastByte: 7, layerPartBlob: new TextEncoder().encode('more') };
      await registry.ecrPublic.uploadLayerPart({ repositoryName, uploadId, ...more });
      expect((await complete(registry, uploadId, await digestOf('fourmore'))).layerDigest).toBe(
        await digestOf('fourmore'),
      );
    });

    it('does not take a digest in other letters for the right one', async () => {
      const { registry, uploadId } = await uploaded('four');
      const upper = `sha256:${(await digestOf('four')).slice(7).toUpperCase()}`;
      await expectRefused(registry, () => complete(registry, uploadId, upper), 'InvalidLayerException', noMatch);
    });
  });

  describe('of a layer that the repository has', () => {
    it('says so, and consumes the upload', async () => {
      const registry = await registryWith([repositoryName]);
      const digest = await putLayer(registry, repositoryName, 'four');
      const { pieces } = await registry.storage.contents();
      const uploadId = await uploadParts(registry, repositoryName, ['four']);
      expect(await refusalOf(complete(registry, uploadId, digest))).toEqual({
        name: 'LayerAlreadyExistsException',
        message: `The layer with digest '${digest}' already exists in the repository with name '${repositoryName}' in registry with id '${account}'`,
      });
      expect(await refusalOf(complete(registry, uploadId, digest))).toEqual({
        name: 'UploadNotFoundException',
        message: uploadMissing(uploadId),
      });
      expect((await registry.storage.contents()).pieces).toEqual(pieces);
      expect(await available(registry, digest)).toBe(true);
    });

    it('says so by the true digest where no sha256 was given', async () => {
      const registry = await registryWith([repositoryName]);
      const digest = await putLayer(registry, repositoryName, 'four');
      const uploadId = await uploadParts(registry, repositoryName, ['four']);
      expect((await refusalOf(complete(registry, uploadId, 'sample:0'))).message).toContain(`'${digest}'`);
    });

    it('keeps the media type that a manifest gave it', async () => {
      const registry = await registryWith([repositoryName]);
      const { blobs } = await putImage(registry, repositoryName, await imageOf('web'), 'v1');
      const { digest = '', bytes = '' } = blobs[1] ?? {};
      const uploadId = await uploadParts(registry, repositoryName, [bytes]);
      await refusalOf(complete(registry, uploadId, digest));
      const { layers } = await registry.ecrPublic.batchCheckLayerAvailability({
        repositoryName,
        layerDigests: [digest],
      });
      expect(layers[0]?.mediaType).toBe('application/vnd.oci.image.layer.v1.tar');
    });
  });

  describe('of a layer that another repository has', () => {
    it('stores its bytes once, and both can be read', async () => {
      const registry = await registryWith([repositoryName, 'team/api']);
      const digest = await putLayer(registry, 'team/api', 'four');
      const { pieces } = await registry.storage.contents();
      await putLayer(registry, repositoryName, 'four');
      expect((await registry.storage.contents()).pieces).toEqual(pieces);
      for (const name of [repositoryName, 'team/api']) {
        expect(await available(registry, digest, name)).toBe(true);
        const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${name}`);
        expect(textOf(await collect((await registry.distribution.getBlob(at, digest)).read()))).toBe('four');
      }
    });

    it('outlives that other repository', async () => {
      const registry = await registryWith([repositoryName, 'team/api']);
      const digest = await putLayer(registry, 'team/api', 'four');
      await putLayer(registry, repositoryName, 'four');
      await registry.ecrPublic.deleteRepository({ repositoryName: 'team/api', force: true });
      const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
      expect(textOf(await collect((await registry.distribution.getBlob(at, digest)).read()))).toBe('four');
    });
  });

  describe('the upload', () => {
    it('must be one that was started', async () => {
      const { registry } = await uploaded();
      await expectRefused(
        registry,
        () => call(registry, { repositoryName }),
        'UploadNotFoundException',
        uploadMissing(anyUpload),
      );
    });

    it('can be completed once', async () => {
      const { registry, uploadId } = await uploaded('four');
      await complete(registry, uploadId, await digestOf('four'));
      const again = async () => complete(registry, uploadId, await digestOf('four'));
      await expectRefused(registry, again, 'UploadNotFoundException', uploadMissing(uploadId));
    });

    it('leaves no record of itself or its parts', async () => {
      const { registry, uploadId } = await uploaded('four');
      await complete(registry, uploadId, 'any:0');
      expect(
        Object.keys((await registry.storage.contents()).records).filter((key) => key.startsWith('upload/')),
      ).toEqual([]);
    });

    it('belongs to its repository', async () => {
      const { registry, uploadId } = await uploaded('four');
      await registry.ecrPublic.createRepository({ repositoryName: 'team/api' });
      await expectRefused(
        registry,
        () => registry.ecrPublic.completeLayerUpload({ repositoryName: 'team/api', uploadId, layerDigests: ['any:0'] }),
        'UploadNotFoundException',
        uploadMissing(uploadId, 'team/api'),
      );
    });

    it('expires a day after it was started', async () => {
      const { registry, uploadId } = await uploaded('four');
      registry.clock.advance(24 * hour);
      await expectRefused(
        registry,
        () => complete(registry, uploadId, 'any:0'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('goes with its repository', async () => {
      const { registry, uploadId } = await uploaded('four');
      await registry.ecrPublic.deleteRepository({ repositoryName });
      await expectRefused(
        registry,
        () => complete(registry, uploadId, 'any:0'),
        'RepositoryNotFoundException',
        repositoryMissing(repositoryName),
      );
    });

    it('does not mind another upload of the same bytes', async () => {
      const { registry, uploadId } = await uploaded('four');
      const other = await uploadParts(registry, repositoryName, ['fo']);
      await complete(registry, uploadId, await digestOf('four'));
      const part = { partFirstByte: 2, partLastByte: 3, layerPartBlob: new TextEncoder().encode('ur') };
      expect(
        (await registry.ecrPublic.uploadLayerPart({ repositoryName, uploadId: other, ...part })).lastByteReceived,
      ).toBe(3);
    });

    it('is completed by one of two calls that come at once', async () => {
      const { registry, uploadId } = await uploaded('four');
      const digest = await digestOf('four');
      const outcomes = await Promise.allSettled([
        complete(registry, uploadId, digest),
        complete(registry, uploadId, digest),
      ]);
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await available(registry, digest)).toBe(true);
    });
  });

  it.each([
    [[], 'Member must have length greater than or equal to 1'],
    [Array.from({ length: 101 }, () => 'any:0'), 'Member must have length less than or equal to 100'],
    [
      ['latest'],
      'Member must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z0-9-_+.]+:[a-fA-F0-9]+]',
    ],
  ])('refuses no digests, more than 100, and what is none (%#)', async (layerDigests, constraint) => {
    const { registry, uploadId } = await uploaded('four');
    await expectInvalid(registry, () => complete(registry, uploadId, ...layerDigests), 'layerDigests', constraint);
  });
});
