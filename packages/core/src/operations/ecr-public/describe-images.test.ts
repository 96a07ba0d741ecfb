import { describe, expect, it } from 'vitest';
import { itGivesPages } from '../../../test-support/pages.ts';
import {
  account,
  defaultAlias,
  digestOf,
  expectInvalid,
  expectRefused,
  imageOf,
  imagesIn,
  minute,
  otherAccount,
  push,
  putImage,
  putLayer,
  refusalOf,
  registryWith,
  start,
  unknownDigest,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';
import { buildArtifact, buildImage, buildIndex } from '../../testing/build-image.ts';

const repositoryName = 'team/web';
const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.describeImages(target, options);

const imageMissing = (digest: string | null, tag: string | null) =>
  `The image with imageId {imageDigest:'${digest}', imageTag:'${tag}'} does not exist within the repository with name '${repositoryName}' in the registry with id '${account}'`;

describe('DescribeImages', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itWorksElsewhere(call);

  itGivesPages({
    open: () => registryWith([repositoryName]),
    // By time of push: the clock is set to the item's own.
    add: async (registry, item) => {
      registry.clock.advance(start + item * minute - registry.clock());
      return push(registry, repositoryName, `t${item}`);
    },
    remove: ({ ecrPublic }, item) =>
      ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: `t${item}` }] }),
    page: async ({ ecrPublic }, input) => {
      const { imageDetails, ...rest } = await ecrPublic.describeImages({ repositoryName, ...input });
      return { items: imageDetails.map(({ imageTags }) => Number(imageTags?.[0]?.slice(1))), ...rest };
    },
  });

  it('tells all about an image, and nothing else', async () => {
    const registry = await registryWith([repositoryName]);
    registry.clock.advance(minute);
    const image = await putImage(registry, repositoryName, await imageOf('web', { format: 'docker' }), 'v1');
    expect(await registry.ecrPublic.describeImages({ repositoryName })).toEqual({
      imageDetails: [
        {
          registryId: account,
          repositoryName,
          imageDigest: image.digest,
          imageTags: ['v1'],
          imageSizeInBytes: image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
          imagePushedAt: new Date(start + minute),
          imageManifestMediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          artifactMediaType: 'application/vnd.docker.container.image.v1+json',
        },
      ],
    });
  });

  it('leaves the tags of an untagged image out', async () => {
    const registry = await registryWith([repositoryName]);
    await putImage(registry, repositoryName, await imageOf('untagged'));
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName });
    expect(imageDetails[0]).not.toHaveProperty('imageTags');
  });

  it('gives images by time of push, and by digest within one moment', async () => {
    const registry = await registryWith([repositoryName]);
    const first = await push(registry, repositoryName, 'first');
    registry.clock.advance(1);
    const together = [await push(registry, repositoryName, 'a'), await push(registry, repositoryName, 'b')];
    registry.clock.advance(1);
    const last = await push(registry, repositoryName, 'last');
    const expected = [first.digest, ...together.map(({ digest }) => digest).sort(), last.digest];
    expect((await imagesIn(registry, repositoryName)).map(([digest]) => digest)).toEqual(expected);
  });

  it('gives whole images, however many tags they have and wherever a page ends', async () => {
    const registry = await registryWith([repositoryName]);
    const expected: string[][] = [];
    for (const count of [7, 0, 1, 30, 2]) {
      const tags = Array.from({ length: count }, (_, i) => `t${count}.${String(i).padStart(2, '0')}`);
      const image = await putImage(registry, repositoryName, await imageOf(`with ${count}`), tags[0]);
      for (const imageTag of tags.slice(1)) {
        await registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag });
      }
      expected.push(tags);
      registry.clock.advance(minute);
    }
    for (const pageSize of [1, 2, 3, 4, 5, 100]) {
      const found: (readonly string[])[] = [];
      for await (const page of registry.ecrPublic.paginateDescribeImages({ repositoryName }, { pageSize })) {
        expect(page.imageDetails.length).toBeLessThanOrEqual(pageSize);
        found.push(...page.imageDetails.map(({ imageTags }) => imageTags ?? []));
      }
      expect(found).toEqual(expected);
    }
  });

  it('refuses a token of another operation, of another repository, and of one that was created again', async () => {
    const registry = await registryWith([repositoryName, 'team/api']);
    for (const tag of ['v1', 'v2']) {
      for (const name of [repositoryName, 'team/api']) await push(registry, name, tag);
    }
    const tokens = [
      (await registry.ecrPublic.describeImageTags({ repositoryName, maxResults: 1 })).nextToken,
      (await registry.ecrPublic.describeRepositories({ maxResults: 1 })).nextToken,
      (await registry.ecrPublic.describeImages({ repositoryName: 'team/api', maxResults: 1 })).nextToken,
    ];
    const { nextToken: own = '' } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 1 });
    for (const nextToken of tokens) {
      await expectInvalid(
        registry,
        () => registry.ecrPublic.describeImages({ repositoryName, nextToken: nextToken ?? '' }),
        'NextToken',
        'Invalid token',
      );
    }
    await registry.ecrPublic.describeImages({ repositoryName, nextToken: own });
    await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
    await registry.ecrPublic.createRepository({ repositoryName });
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeImages({ repositoryName, nextToken: own }),
      'NextToken',
      'Invalid token',
    );
  });

  it("refuses a token of another account's repository of the same name", async () => {
    const registry = await registryWith([repositoryName]);
    const options = { accountId: otherAccount };
    await registry.ecrPublic.createRepository({ repositoryName }, options);
    for (const tag of ['v1', 'v2']) await push(registry, repositoryName, tag);
    const { nextToken = '' } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 1 });
    await expectInvalid(
      registry,
      () => registry.ecrPublic.describeImages({ repositoryName, nextToken }, options),
      'NextToken',
      'Invalid token',
    );
  });

  describe('by ids', () => {
    it('gives each image once, whole, in the order of the ids', async () => {
      const registry = await registryWith([repositoryName]);
      const one = await push(registry, repositoryName, 'v1');
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: one.manifest, imageTag: 'latest' });
      const two = await push(registry, repositoryName, 'v2');
      const { imageDetails } = await registry.ecrPublic.describeImages({
        repositoryName,
        imageIds: [
          { imageTag: 'v2' },
          { imageTag: 'v1' },
          { imageDigest: one.digest },
          { imageDigest: one.digest, imageTag: 'latest' },
        ],
      });
      expect(imageDetails.map(({ imageDigest, imageTags }) => [imageDigest, imageTags])).toEqual([
        [two.digest, ['v2']],
        [one.digest, ['latest', 'v1']],
      ]);
    });

    it('says the same as the page does', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest } = await push(registry, repositoryName, 'v1');
      const byId = await registry.ecrPublic.describeImages({ repositoryName, imageIds: [{ imageDigest: digest }] });
      expect(byId).toEqual(await registry.ecrPublic.describeImages({ repositoryName }));
    });

    it('refuses the whole call for the first that is not there', async () => {
      const registry = await registryWith([repositoryName]);
      const one = await push(registry, repositoryName, 'v1');
      const two = await push(registry, repositoryName, 'v2');
      const known = { imageTag: 'v1' };
      const cases: [{ imageDigest?: string; imageTag?: string }, string][] = [
        [{ imageTag: 'ghost' }, imageMissing(null, 'ghost')],
        [{ imageDigest: unknownDigest }, imageMissing(unknownDigest, null)],
        [{ imageDigest: unknownDigest, imageTag: 'ghost' }, imageMissing(unknownDigest, 'ghost')],
        [{ imageDigest: two.digest, imageTag: 'v1' }, imageMissing(two.digest, 'v1')],
        [{ imageDigest: one.digest, imageTag: 'ghost' }, imageMissing(one.digest, 'ghost')],
        [{}, imageMissing(null, null)],
        [{ imageDigest: 'bogus:00' }, imageMissing('bogus:00', null)],
        [{ imageDigest: `sha256:${'a'.repeat(600)}` }, imageMissing(`sha256:${'a'.repeat(600)}`, null)],
      ];
      for (const [imageId, message] of cases) {
        await expectRefused(
          registry,
          () =>
            registry.ecrPublic.describeImages({ repositoryName, imageIds: [known, imageId, { imageTag: 'phantom' }] }),
          'ImageNotFoundException',
          message,
        );
      }
    });

    it.each([
      ['imageDigest', { imageDigest: '' }, "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"],
      ['imageDigest', { imageDigest: 'latest' }, "must satisfy regular expression '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'"],
      ['imageTag', { imageTag: 'a b' }, "must satisfy regular expression '[a-zA-Z0-9-_.]+'"],
      ['imageIds.2.member.imageTag', { imageTag: '' }, 'Member must have length greater than or equal to 1'],
    ])('refuses a wrong form at %s before it looks for the others', async (path, imageId, constraint) => {
      const registry = await registryWith([repositoryName]);
      await expectInvalid(
        registry,
        () => registry.ecrPublic.describeImages({ repositoryName, imageIds: [{ imageTag: 'ghost' }, imageId] }),
        path,
        constraint,
      );
    });

    it('looks at the forms before it looks for the repository', async () => {
      const { ecrPublic } = await registryWith([]);
      const refusal = await refusalOf(ecrPublic.describeImages({ repositoryName, imageIds: [{ imageTag: 'a b' }] }));
      expect(refusal.name).toBe('InvalidParameterException');
    });

    it('refuses a token beside them', async () => {
      const registry = await registryWith([repositoryName]);
      for (const tag of ['v1', 'v2']) await push(registry, repositoryName, tag);
      const { nextToken = '' } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 1 });
      const imageIds = [{ imageTag: 'v1' }];
      const refusal = await refusalOf(registry.ecrPublic.describeImages({ repositoryName, imageIds, nextToken }));
      expect(refusal.name).toBe('InvalidParameterException');
      expect(refusal.message).toContain("Invalid parameter at 'NextToken'");
    });

    it.each([0, 101])('refuses %i of them', async (length) => {
      const registry = await registryWith([repositoryName]);
      const imageIds = Array.from({ length }, () => ({ imageTag: 'v1' }));
      const refusal = await refusalOf(registry.ecrPublic.describeImages({ repositoryName, imageIds }));
      expect(refusal).toMatchObject({ name: 'InvalidParameterException' });
      expect(refusal.message).toContain("'imageIds'");
    });
  });

  describe('sizes', () => {
    const sizeOf = async (registry: Awaited<ReturnType<typeof registryWith>>, imageTag: string) =>
      (await registry.ecrPublic.describeImages({ repositoryName, imageIds: [{ imageTag }] })).imageDetails[0]
        ?.imageSizeInBytes;

    it('are those that the manifest declares, config and layers, as in the sample of cluster-autoscaler', async () => {
      const registry = await registryWith([repositoryName]);
      const sizes = [2777, 17_743_696, 2_565_026, 28_005_981, 775];
      const [config, ...layers] = await Promise.all(
        sizes.map(async (size) => ({
          mediaType: 'application/vnd.docker.container.image.v1+json',
          size,
          digest: await putLayer(registry, repositoryName, `stands for ${size} bytes`),
        })),
      );
      const imageManifest = JSON.stringify({
        schemaVersion: 2,
        mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
        config,
        layers,
      });
      await registry.ecrPublic.putImage({ repositoryName, imageManifest, imageTag: 'v1.13.6' });
      expect(await sizeOf(registry, 'v1.13.6')).toBe(48_318_255);
    });

    it('count a layer as often as the manifest lists it', async () => {
      const registry = await registryWith([repositoryName]);
      const image = await putImage(registry, repositoryName, await buildImage({ layers: ['same', 'same'] }), 'v1');
      expect(await sizeOf(registry, 'v1')).toBe((image.blobs[0]?.bytes.length ?? 0) + 2 * 2048);
    });

    it('of a list are the largest of its images, however deep', async () => {
      const registry = await registryWith([repositoryName]);
      const small = await imageOf('small');
      const large = await buildImage({ layers: ['a', 'b', 'c'] });
      await putImage(registry, repositoryName, await buildIndex({ images: [large, small] }), 'list');
      await putImage(registry, repositoryName, large, 'large');
      const list = await buildIndex({ images: [await buildIndex({ images: [large, small] }), small] });
      await putImage(registry, repositoryName, list, 'nested');
      const expected = large.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0);
      for (const tag of ['large', 'list', 'nested']) expect(await sizeOf(registry, tag)).toBe(expected);
    });

    it('of a list of nothing are 0', async () => {
      const registry = await registryWith([repositoryName]);
      await putImage(registry, repositoryName, await buildIndex({ images: [] }), 'empty');
      expect(await sizeOf(registry, 'empty')).toBe(0);
    });
  });

  it('tells no artifact type of a list', async () => {
    const registry = await registryWith([repositoryName]);
    await putImage(registry, repositoryName, await buildIndex({ images: [await imageOf('one')] }), 'list');
    const { imageDetails } = await registry.ecrPublic.describeImages({
      repositoryName,
      imageIds: [{ imageTag: 'list' }],
    });
    expect(imageDetails[0]).not.toHaveProperty('artifactMediaType');
  });

  it("tells the artifact's own type rather than its config's", async () => {
    const registry = await registryWith([repositoryName]);
    await putImage(
      registry,
      repositoryName,
      await buildArtifact({ artifactType: 'application/vnd.cncf.helm' }),
      'chart',
    );
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName });
    expect(imageDetails[0]?.artifactMediaType).toBe('application/vnd.cncf.helm');
  });

  it('describes what was pushed through the distribution protocol', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await imageOf('by docker');
    const at = await registry.distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
    const stream = async function* (bytes: Uint8Array) {
      yield bytes;
    };
    for (const { digest, bytes } of image.blobs) await registry.distribution.putBlob(at, digest, stream(bytes));
    await registry.distribution.putManifest(at, 'v1', { bytes: new TextEncoder().encode(image.manifest) });
    expect(await imagesIn(registry, repositoryName)).toEqual([[await digestOf(image.manifest), ['v1']]]);
  });

  it("describes another account's by registryId", async () => {
    const registry = await registryWith([repositoryName]);
    await registry.ecrPublic.createRepository({ repositoryName: 'theirs' }, { accountId: otherAccount });
    const answer = await registry.ecrPublic.describeImages({ repositoryName: 'theirs', registryId: otherAccount });
    expect(answer).toEqual({ imageDetails: [] });
  });
});
