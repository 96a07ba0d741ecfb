import { describe, expect, it } from 'vitest';
import { itGivesPages } from '../../../test-support/pages.ts';
import { expectInvalid, imageOf, minute, push, putImage, registryWith, start } from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.describeImageTags(target, options);
const tagOf = (item: number) => `t${String(item).padStart(4, '0')}`;

describe('DescribeImageTags', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itWorksElsewhere(call);

  itGivesPages({
    open: () => registryWith([repositoryName]),
    add: (registry, item) => push(registry, repositoryName, tagOf(item)),
    remove: ({ ecrPublic }, item) =>
      ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: tagOf(item) }] }),
    page: async ({ ecrPublic }, input) => {
      const { imageTagDetails, ...rest } = await ecrPublic.describeImageTags({ repositoryName, ...input });
      return { items: imageTagDetails.map(({ imageTag }) => Number(imageTag.slice(1))), ...rest };
    },
  });

  it('tells of each tag when it was put on its image, and about the image', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await push(registry, repositoryName, 'v1');
    registry.clock.advance(minute);
    await registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'latest' });
    const imageDetail = {
      imageDigest: image.digest,
      imageSizeInBytes: image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
      imagePushedAt: new Date(start),
      imageManifestMediaType: 'application/vnd.oci.image.manifest.v1+json',
      artifactMediaType: 'application/vnd.oci.image.config.v1+json',
    };
    expect(await registry.ecrPublic.describeImageTags({ repositoryName })).toEqual({
      imageTagDetails: [
        { imageTag: 'latest', createdAt: new Date(start + minute), imageDetail },
        { imageTag: 'v1', createdAt: new Date(start), imageDetail },
      ],
    });
  });

  it('gives a tag that has moved the time of its move, and the image it is on', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    registry.clock.advance(minute);
    const newer = await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
    const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
    expect(imageTagDetails.map(({ createdAt, imageDetail }) => [createdAt, imageDetail.imageDigest])).toEqual([
      [new Date(start + minute), newer.digest],
    ]);
  });

  it('does not tell of untagged images', async () => {
    const registry = await registryWith([repositoryName]);
    await putImage(registry, repositoryName, await imageOf('untagged'));
    expect(await registry.ecrPublic.describeImageTags({ repositoryName })).toEqual({ imageTagDetails: [] });
  });

  it('gives tags in the order of ASCII', async () => {
    const registry = await registryWith([repositoryName]);
    const tags = ['v1', 'V1', '1', '10', '2', '_', '-', '.', 'v1.0', 'v1-0', 'v10'];
    for (const tag of tags) await push(registry, repositoryName, tag);
    const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
    expect(imageTagDetails.map(({ imageTag }) => imageTag)).toEqual([...tags].sort());
  });

  it('refuses a token of another operation or another repository', async () => {
    const registry = await registryWith([repositoryName, 'team/api']);
    for (const name of [repositoryName, 'team/api']) for (const tag of ['v1', 'v2']) await push(registry, name, tag);
    const tokens = [
      (await registry.ecrPublic.describeImages({ repositoryName, maxResults: 1 })).nextToken,
      (await registry.ecrPublic.describeImageTags({ repositoryName: 'team/api', maxResults: 1 })).nextToken,
    ];
    for (const nextToken of tokens) {
      await expectInvalid(
        registry,
        () => registry.ecrPublic.describeImageTags({ repositoryName, nextToken: nextToken ?? '' }),
        'NextToken',
        'Invalid token',
      );
    }
  });

  it('can be paged through', async () => {
    const registry = await registryWith([repositoryName]);
    for (const tag of ['a', 'b', 'c']) await push(registry, repositoryName, tag);
    const pages: string[][] = [];
    for await (const page of registry.ecrPublic.paginateDescribeImageTags({ repositoryName }, { pageSize: 2 })) {
      pages.push(page.imageTagDetails.map(({ imageTag }) => imageTag));
    }
    expect(pages).toEqual([['a', 'b'], ['c']]);
  });
});
