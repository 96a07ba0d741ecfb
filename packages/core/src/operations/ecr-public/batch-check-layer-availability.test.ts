import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  digestOf,
  expectInvalid,
  imageOf,
  putImage,
  putLayer,
  registryWith,
  unknownDigest,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.batchCheckLayerAvailability({ ...target, layerDigests: [unknownDigest] }, options);

describe('BatchCheckLayerAvailability', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: true });
  itWorksElsewhere(call);

  it('finds a layer that was just uploaded, whose media type nobody knows yet', async () => {
    const registry = await registryWith(['team/web']);
    const layerDigest = await putLayer(registry, 'team/web', 'four');
    expect(
      await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/web', layerDigests: [layerDigest] }),
    ).toEqual({ layers: [{ layerDigest, layerAvailability: 'AVAILABLE', layerSize: 4 }], failures: [] });
  });

  it('knows the media types once a manifest mentions config and layer', async () => {
    const registry = await registryWith(['team/web']);
    const image = await putImage(registry, 'team/web', await imageOf('web', { format: 'docker' }), 'v1');
    const layerDigests = image.blobs.map(({ digest }) => digest);
    expect(await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/web', layerDigests })).toEqual({
      layers: [
        {
          layerDigest: layerDigests[0],
          layerAvailability: 'AVAILABLE',
          layerSize: image.blobs[0]?.bytes.length,
          mediaType: 'application/vnd.docker.container.image.v1+json',
        },
        {
          layerDigest: layerDigests[1],
          layerAvailability: 'AVAILABLE',
          layerSize: 2048,
          mediaType: 'application/vnd.docker.image.rootfs.diff.tar',
        },
      ],
      failures: [],
    });
  });

  it('keeps the first media type that a manifest gave a layer', async () => {
    const registry = await registryWith(['team/web']);
    const image = await putImage(registry, 'team/web', await imageOf('web', { format: 'docker' }), 'docker');
    const imageManifest = image.manifest.replaceAll('application/vnd.docker.image', 'application/x');
    await registry.ecrPublic.putImage({ repositoryName: 'team/web', imageManifest, imageTag: 'other' });
    const layerDigests = [image.blobs[1]?.digest ?? ''];
    const { layers } = await registry.ecrPublic.batchCheckLayerAvailability({
      repositoryName: 'team/web',
      layerDigests,
    });
    expect(layers[0]?.mediaType).toBe('application/vnd.docker.image.rootfs.diff.tar');
  });

  it('calls an unknown digest of any algorithm unavailable, which is no failure', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const layerDigests = [unknownDigest, 'sha512:abc', 'bogus+x.y_z-1:0aF', `sha256:${'a'.repeat(993)}`];
    expect(await ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/web', layerDigests })).toEqual({
      layers: layerDigests.map((layerDigest) => ({ layerDigest, layerAvailability: 'UNAVAILABLE' })),
      failures: [],
    });
  });

  it('fails what is no digest at all, each with its reason, and answers the rest', async () => {
    const registry = await registryWith(['team/web']);
    const known = await putLayer(registry, 'team/web', 'four');
    expect(
      await registry.ecrPublic.batchCheckLayerAvailability({
        repositoryName: 'team/web',
        layerDigests: ['', 'latest', known, 'sha256:xyz', 'sha256:', `${known}\n`],
      }),
    ).toEqual({
      layers: [{ layerDigest: known, layerAvailability: 'AVAILABLE', layerSize: 4 }],
      failures: [
        {
          layerDigest: '',
          failureCode: 'MissingLayerDigest',
          failureReason: 'Invalid request parameters: layer digest cannot be null',
        },
        ...['latest', 'sha256:xyz', 'sha256:', `${known}\n`].map((layerDigest) => ({
          layerDigest,
          failureCode: 'InvalidLayerDigest',
          failureReason:
            "Invalid request parameters: layer digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
        })),
      ],
    });
  });

  it('answers once for each distinct digest', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const { layers, failures } = await ecrPublic.batchCheckLayerAvailability({
      repositoryName: 'team/web',
      layerDigests: [unknownDigest, 'latest', unknownDigest, 'latest'],
    });
    expect([layers.length, failures.length]).toEqual([1, 1]);
  });

  it("does not see another repository's layers", async () => {
    const registry = await registryWith(['team/web', 'team/api']);
    const layerDigest = await putLayer(registry, 'team/web', 'four');
    expect(
      await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/api', layerDigests: [layerDigest] }),
    ).toEqual({ layers: [{ layerDigest, layerAvailability: 'UNAVAILABLE' }], failures: [] });
  });

  it('does not see a layer that is still an upload', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' });
    const part = { partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') };
    await ecrPublic.uploadLayerPart({ repositoryName: 'team/web', uploadId, ...part });
    const layerDigests = [await digestOf('four')];
    const { layers } = await ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/web', layerDigests });
    expect(layers).toEqual([{ layerDigest: layerDigests[0], layerAvailability: 'UNAVAILABLE' }]);
  });

  it.each([
    [[], 'Member must have length greater than or equal to 1'],
    [Array.from({ length: 101 }, () => unknownDigest), 'Member must have length less than or equal to 100'],
    [
      [`sha256:${'a'.repeat(994)}`],
      'Member must satisfy constraint: [Member must have length less than or equal to 1000, Member must have length greater than or equal to 0]',
    ],
  ])('refuses none, more than 100, and one of more than 1,000 characters (%#)', async (layerDigests, constraint) => {
    const registry = await registryWith(['team/web']);
    await expectInvalid(
      registry,
      () => registry.ecrPublic.batchCheckLayerAvailability({ repositoryName: 'team/web', layerDigests }),
      'layerDigests',
      constraint,
    );
  });
});
