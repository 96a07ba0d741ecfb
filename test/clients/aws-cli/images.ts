import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildIndex, type EcrPublic } from '@coracle/registry';
import { expect } from 'vitest';
import { accountId, type Cases, empty, team, timeOf, withImage } from './given.ts';

const sha256 = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

export const images = {
  async InitiateLayerUpload({ aws, server }) {
    await empty(server);
    expect(await aws('ecr-public', 'initiate-layer-upload', ...team)).toEqual({
      uploadId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      partSize: 10_485_760,
    });
  },

  async UploadLayerPart({ aws, server, folder }) {
    await empty(server);
    const { uploadId = '' } = await server.registry.ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' });
    const part = join(folder, 'part');
    // Every byte value, so that nothing on the way can take them for text.
    await writeFile(
      part,
      Uint8Array.from({ length: 1024 }, (_, i) => i % 256),
    );
    const range = ['--part-first-byte', '0', '--part-last-byte', '1023', '--layer-part-blob', `fileb://${part}`];
    expect(await aws('ecr-public', 'upload-layer-part', ...team, '--upload-id', uploadId, ...range)).toEqual({
      registryId: accountId,
      repositoryName: 'team/web',
      uploadId,
      lastByteReceived: 1023,
    });
  },

  async CompleteLayerUpload({ aws, server }) {
    await empty(server);
    const layerPartBlob = Uint8Array.from({ length: 1024 }, (_, i) => i % 256);
    const { uploadId = '' } = await server.registry.ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' });
    await server.registry.ecrPublic.uploadLayerPart({
      ...{ repositoryName: 'team/web', uploadId, layerPartBlob },
      ...{ partFirstByte: 0, partLastByte: 1023 },
    });
    const layerDigest = sha256(layerPartBlob);
    const digests = ['--upload-id', uploadId, '--layer-digests', layerDigest];
    expect(await aws('ecr-public', 'complete-layer-upload', ...team, ...digests)).toEqual({
      registryId: accountId,
      repositoryName: 'team/web',
      uploadId,
      layerDigest,
    });
  },

  async BatchCheckLayerAvailability({ aws, server }) {
    const { image } = await withImage(server);
    const layer = image.blobs[1];
    const unknown = `sha256:${'0'.repeat(64)}`;
    const digests = ['--layer-digests', layer?.digest ?? '', unknown, 'nonsense'];
    const answer = await aws<EcrPublic.BatchCheckLayerAvailabilityResponse>(
      'ecr-public',
      'batch-check-layer-availability',
      ...team,
      ...digests,
    );
    expect(answer.layers).toEqual([
      {
        layerDigest: layer?.digest,
        layerAvailability: 'AVAILABLE',
        layerSize: layer?.bytes.length,
        mediaType: layer?.mediaType,
      },
      { layerDigest: unknown, layerAvailability: 'UNAVAILABLE' },
    ]);
    expect(answer.failures).toMatchObject([{ layerDigest: 'nonsense', failureCode: 'InvalidLayerDigest' }]);
  },

  async PutImage({ aws, server, folder }) {
    const { image } = await withImage(server);
    const index = await buildIndex({ images: [image] });
    const manifest = join(folder, 'manifest.json');
    await writeFile(manifest, index.manifest);
    const answer = await aws<EcrPublic.PutImageResponse>(
      'ecr-public',
      'put-image',
      ...team,
      '--image-tag',
      'all',
      '--image-manifest',
      `file://${manifest}`,
    );
    expect(answer.image).toEqual({
      registryId: accountId,
      repositoryName: 'team/web',
      imageId: { imageDigest: index.digest, imageTag: 'all' },
      imageManifest: index.manifest,
      imageManifestMediaType: index.mediaType,
    });
  },

  async DescribeImages({ aws, server }) {
    const { image, size } = await withImage(server);
    const { imageDetails } = await aws<{ imageDetails: [{ imagePushedAt: string | number }] }>(
      'ecr-public',
      'describe-images',
      ...team,
    );
    expect(imageDetails).toEqual([
      {
        registryId: accountId,
        repositoryName: 'team/web',
        imageDigest: image.digest,
        imageTags: ['v1'],
        imageSizeInBytes: size,
        imagePushedAt: expect.anything(),
        imageManifestMediaType: image.mediaType,
        artifactMediaType: image.blobs[0]?.mediaType,
      },
    ]);
    expect(Math.abs(timeOf(imageDetails[0].imagePushedAt) - Date.now())).toBeLessThan(60_000);
  },

  async DescribeImageTags({ aws, server }) {
    const { image, size } = await withImage(server);
    const { imageTagDetails } = await aws<EcrPublic.DescribeImageTagsResponse>(
      'ecr-public',
      'describe-image-tags',
      ...team,
    );
    expect(imageTagDetails).toMatchObject([
      { imageTag: 'v1', imageDetail: { imageDigest: image.digest, imageSizeInBytes: size } },
    ]);
  },

  async BatchDeleteImage({ aws, server }) {
    const { image } = await withImage(server);
    const ids = ['--image-ids', 'imageTag=v1', 'imageTag=ghost'];
    const answer = await aws<EcrPublic.BatchDeleteImageResponse>('ecr-public', 'batch-delete-image', ...team, ...ids);
    expect(answer.imageIds).toEqual([{ imageDigest: image.digest, imageTag: 'v1' }]);
    expect(answer.failures).toMatchObject([{ imageId: { imageTag: 'ghost' }, failureCode: 'ImageNotFound' }]);
    expect(await server.registry.ecrPublic.describeImages({ repositoryName: 'team/web' })).toEqual({
      imageDetails: [],
    });
  },
} satisfies Partial<Cases>;
