import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import {
  expectInvalid,
  expectRefused,
  imageOf,
  imagesIn,
  minute,
  push,
  putImage,
  refusalOf,
  registryWith,
  type TestRegistry,
  unknownDigest,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';
import type { EcrPublic } from '../../model/index.ts';
import { buildImage, buildIndex } from '../../testing/build-image.ts';

const repositoryName = 'team/web';

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.batchDeleteImage({ ...target, imageIds: [{ imageTag: 'v1' }] }, options);

const remove = ({ ecrPublic }: TestRegistry, ...imageIds: EcrPublic.ImageIdentifier[]) =>
  ecrPublic.batchDeleteImage({ repositoryName, imageIds });

const failure = (imageId: EcrPublic.ImageIdentifier, failureCode: string, failureReason: string) => ({
  imageId,
  failureCode,
  failureReason,
});
const notFound = (imageId: EcrPublic.ImageIdentifier) => failure(imageId, 'ImageNotFound', 'Requested image not found');

describe('BatchDeleteImage', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: false });
  itWorksElsewhere(call);

  describe('by tag', () => {
    it('takes only that tag from an image that has others', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest, manifest } = await push(registry, repositoryName, 'v1');
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: 'latest' });
      expect(await remove(registry, { imageTag: 'v1' })).toEqual({
        imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['latest']]]);
      const { imageTagDetails } = await registry.ecrPublic.describeImageTags({ repositoryName });
      expect(imageTagDetails.map(({ imageTag }) => imageTag)).toEqual(['latest']);
    });

    it('deletes the image with its last tag', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest } = await push(registry, repositoryName, 'v1');
      expect(await remove(registry, { imageTag: 'v1' })).toEqual({
        imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
      expect(
        (await refusalOf(registry.ecrPublic.describeImages({ repositoryName, imageIds: [{ imageDigest: digest }] })))
          .name,
      ).toBe('ImageNotFoundException');
    });

    it('deletes the image when all of its tags go in one call', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest, manifest } = await push(registry, repositoryName, 'v1');
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: 'v2' });
      expect(await remove(registry, { imageTag: 'v1' }, { imageTag: 'v2' })).toEqual({
        imageIds: [
          { imageDigest: digest, imageTag: 'v1' },
          { imageDigest: digest, imageTag: 'v2' },
        ],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
    });

    it('leaves the image that the tag was on before', async () => {
      const registry = await registryWith([repositoryName]);
      const old = await push(registry, repositoryName, 'v1');
      await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
      await remove(registry, { imageTag: 'v1' });
      expect(await imagesIn(registry, repositoryName)).toEqual([[old.digest, []]]);
    });
  });

  describe('by digest', () => {
    it('deletes the image with all of its tags, and names each of them', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest, manifest } = await push(registry, repositoryName, 'v2');
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: 'v1' });
      const other = await push(registry, repositoryName, 'other');
      expect(await remove(registry, { imageDigest: digest })).toEqual({
        imageIds: [
          { imageDigest: digest, imageTag: 'v1' },
          { imageDigest: digest, imageTag: 'v2' },
        ],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([[other.digest, ['other']]]);
      expect((await registry.ecrPublic.describeImageTags({ repositoryName })).imageTagDetails).toHaveLength(1);
    });

    it('names only the digest of an untagged image', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest } = await putImage(registry, repositoryName, await imageOf('untagged'));
      expect(await remove(registry, { imageDigest: digest })).toEqual({
        imageIds: [{ imageDigest: digest }],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
    });
  });

  describe('by tag and digest', () => {
    it('takes only that tag, of an image that has others', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest, manifest } = await push(registry, repositoryName, 'v1');
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: 'latest' });
      expect(await remove(registry, { imageDigest: digest, imageTag: 'v1' })).toEqual({
        imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
        failures: [],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['latest']]]);
    });

    it('deletes the image with its last tag', async () => {
      const registry = await registryWith([repositoryName]);
      const { digest } = await push(registry, repositoryName, 'v1');
      await remove(registry, { imageDigest: digest, imageTag: 'v1' });
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
    });

    it('fails where the tag is on another image', async () => {
      const registry = await registryWith([repositoryName]);
      const one = await push(registry, repositoryName, 'v1');
      await push(registry, repositoryName, 'v2');
      const before = await registry.storage.contents();
      const imageId = { imageDigest: one.digest, imageTag: 'v2' };
      expect(await remove(registry, imageId)).toEqual({
        imageIds: [],
        failures: [
          failure(
            imageId,
            'ImageTagDoesNotMatchDigest',
            'Invalid request parameters: given tag does not map to the given digest',
          ),
        ],
      });
      expect(await registry.storage.contents()).toEqual(before);
    });
  });

  it('collapses what names one image twice', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest } = await push(registry, repositoryName, 'v1');
    const ids = [
      { imageTag: 'v1' },
      { imageDigest: digest },
      { imageDigest: digest },
      { imageDigest: digest, imageTag: 'v1' },
    ];
    expect(await remove(registry, ...ids)).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
      failures: [],
    });
    expect(await imagesIn(registry, repositoryName)).toEqual([]);
  });

  it('fails each id that names nothing with its own code and reason, and deletes the rest', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest } = await push(registry, repositoryName, 'v1');
    const longTag = 'x'.repeat(300);
    const answer = await remove(
      registry,
      {},
      { imageTag: 'no-such' },
      { imageDigest: unknownDigest },
      { imageDigest: unknownDigest, imageTag: 'no-such' },
      { imageDigest: 'latest' },
      { imageDigest: '' },
      { imageTag: 'a b' },
      { imageTag: 'v1\n' },
      { imageTag: longTag },
      { imageDigest: `sha256:${'a'.repeat(2000)}` },
      { imageDigest: digest },
    );
    const invalidDigest = (imageId: EcrPublic.ImageIdentifier) =>
      failure(
        imageId,
        'InvalidImageDigest',
        "Invalid request parameters: image digest should satisfy the regex '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+'",
      );
    const invalidTag = (imageId: EcrPublic.ImageIdentifier) =>
      failure(
        imageId,
        'InvalidImageTag',
        "Invalid request parameters: image tag should satisfy the regex '[a-zA-Z0-9-_.]+'",
      );
    expect(answer).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
      failures: [
        failure({}, 'MissingDigestAndTag', 'Invalid request parameters: both tag and digest cannot be null'),
        notFound({ imageTag: 'no-such' }),
        notFound({ imageDigest: unknownDigest }),
        notFound({ imageDigest: unknownDigest, imageTag: 'no-such' }),
        invalidDigest({ imageDigest: 'latest' }),
        invalidDigest({ imageDigest: '' }),
        invalidTag({ imageTag: 'a b' }),
        invalidTag({ imageTag: 'v1\n' }),
        notFound({ imageTag: longTag }),
        notFound({ imageDigest: `sha256:${'a'.repeat(2000)}` }),
      ],
    });
  });

  it('fails the second time', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    await remove(registry, { imageTag: 'v1' });
    expect(await remove(registry, { imageTag: 'v1' })).toEqual({
      imageIds: [],
      failures: [notFound({ imageTag: 'v1' })],
    });
  });

  it('lets the same image be pushed anew, at a new time', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest, manifest } = await push(registry, repositoryName, 'v1');
    await remove(registry, { imageDigest: digest });
    registry.clock.advance(minute);
    await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: 'v1' });
    const { imageDetails } = await registry.ecrPublic.describeImages({ repositoryName });
    expect(imageDetails.map(({ imagePushedAt }) => imagePushedAt)).toEqual([new Date(registry.clock())]);
  });

  it('makes room for an image where the repository was full', async () => {
    const registry = await registryWith([repositoryName], { limits: { public: { imagesPerRepository: 1 } } });
    await push(registry, repositoryName, 'v1');
    await remove(registry, { imageTag: 'v1' });
    const { digest } = await push(registry, repositoryName, 'v2');
    expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['v2']]]);
  });

  it('leaves no bytes of a manifest behind', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    const { pieces } = await registry.storage.contents();
    await remove(registry, { imageTag: 'v1' });
    expect((await registry.storage.contents()).pieces).toHaveLength(pieces.length - 1);
  });

  describe('of a list and its images', () => {
    async function withList() {
      const registry = await registryWith([repositoryName]);
      const amd64 = await buildImage({ layers: ['amd64'] });
      const arm64 = await buildImage({ layers: ['arm64'], platform: { os: 'linux', architecture: 'arm64' } });
      const list = await buildIndex({ images: [amd64, arm64] });
      await putImage(registry, repositoryName, list, 'v1');
      return { registry, amd64, arm64, list };
    }
    const referenced = (imageId: EcrPublic.ImageIdentifier, ...lists: string[]) =>
      failure(
        imageId,
        'ImageReferencedByManifestList',
        `Requested image referenced by manifest list: [${lists.join(', ')}]`,
      );

    it('keeps what a list names', async () => {
      const { registry, amd64, list } = await withList();
      const before = await registry.storage.contents();
      expect(await remove(registry, { imageDigest: amd64.digest })).toEqual({
        imageIds: [],
        failures: [referenced({ imageDigest: amd64.digest }, list.digest)],
      });
      expect(await registry.storage.contents()).toEqual(before);
    });

    it('names all lists that name the image', async () => {
      const { registry, amd64, list } = await withList();
      const other = await putImage(registry, repositoryName, await buildIndex({ images: [amd64] }), 'v2');
      const { failures } = await remove(registry, { imageDigest: amd64.digest });
      expect(failures).toEqual([referenced({ imageDigest: amd64.digest }, ...[list.digest, other.digest].sort())]);
    });

    it('deletes the list, and its images only in a second call', async () => {
      const { registry, amd64, arm64, list } = await withList();
      const ids = [amd64, arm64, list].map(({ digest }) => ({ imageDigest: digest }));
      expect(await remove(registry, ...ids)).toEqual({
        imageIds: [{ imageDigest: list.digest, imageTag: 'v1' }],
        failures: [
          referenced({ imageDigest: amd64.digest }, list.digest),
          referenced({ imageDigest: arm64.digest }, list.digest),
        ],
      });
      await expectConsistent(registry.storage);
      expect(await remove(registry, ...ids)).toEqual({
        imageIds: [{ imageDigest: amd64.digest }, { imageDigest: arm64.digest }],
        failures: [notFound({ imageDigest: list.digest })],
      });
      expect(await imagesIn(registry, repositoryName)).toEqual([]);
      await expectConsistent(registry.storage);
    });

    it('says which list it was also when the list goes first', async () => {
      const { registry, amd64, list } = await withList();
      expect(await remove(registry, { imageTag: 'v1' }, { imageDigest: amd64.digest })).toEqual({
        imageIds: [{ imageDigest: list.digest, imageTag: 'v1' }],
        failures: [referenced({ imageDigest: amd64.digest }, list.digest)],
      });
    });

    it('does not take the last tag of an image that a list names, but one of several', async () => {
      const { registry, amd64, list } = await withList();
      for (const imageTag of ['amd64', 'intel']) {
        await registry.ecrPublic.putImage({ repositoryName, imageManifest: amd64.manifest, imageTag });
      }
      expect(await remove(registry, { imageTag: 'intel' })).toEqual({
        imageIds: [{ imageDigest: amd64.digest, imageTag: 'intel' }],
        failures: [],
      });
      expect(await remove(registry, { imageTag: 'amd64' })).toEqual({
        imageIds: [],
        failures: [referenced({ imageTag: 'amd64' }, list.digest)],
      });
    });

    it('keeps a list that another list names', async () => {
      const { registry, list } = await withList();
      const outer = await putImage(registry, repositoryName, await buildIndex({ images: [list] }), 'outer');
      expect(await remove(registry, { imageTag: 'v1' })).toEqual({
        imageIds: [],
        failures: [referenced({ imageTag: 'v1' }, outer.digest)],
      });
      await remove(registry, { imageTag: 'outer' });
      expect((await remove(registry, { imageTag: 'v1' })).imageIds).toEqual([
        { imageDigest: list.digest, imageTag: 'v1' },
      ]);
    });

    it('still lets the images go where the list named one of them twice', async () => {
      const registry = await registryWith([repositoryName]);
      const image = await putImage(registry, repositoryName, await imageOf('twice'));
      await putImage(registry, repositoryName, await buildIndex({ images: [image, image] }), 'v1');
      await remove(registry, { imageTag: 'v1' });
      expect((await remove(registry, { imageDigest: image.digest })).imageIds).toEqual([{ imageDigest: image.digest }]);
    });
  });

  it("leaves other repositories' images of the same digest alone", async () => {
    const registry = await registryWith([repositoryName, 'team/api']);
    const image = await imageOf('shared');
    for (const name of [repositoryName, 'team/api']) await putImage(registry, name, image, 'v1');
    await remove(registry, { imageDigest: image.digest });
    expect(await imagesIn(registry, 'team/api')).toEqual([[image.digest, ['v1']]]);
  });

  it("finds the repository by its registry's alias", async () => {
    const registry = await registryWith([repositoryName], { registryAlias: 'acme' });
    const { digest } = await push(registry, repositoryName, 'v1');
    const imageIds = [{ imageTag: 'v1' }];
    expect(await registry.ecrPublic.batchDeleteImage({ registryId: 'acme', repositoryName, imageIds })).toEqual({
      imageIds: [{ imageDigest: digest, imageTag: 'v1' }],
      failures: [],
    });
  });

  it.each([
    ['imageIds', [], 'Member must have length greater than or equal to 1'],
    [
      'imageIds',
      Array.from({ length: 101 }, () => ({ imageTag: 'v1' })),
      'Member must have length less than or equal to 100',
    ],
    ['imageIds.1.member.imageTag', [{ imageTag: '' }], 'Member must have length greater than or equal to 1'],
    [
      'imageIds.2.member.imageTag',
      [{ imageTag: 'v1' }, { imageTag: 'x'.repeat(301) }],
      'Member must have length less than or equal to 300',
    ],
  ])('refuses the whole call for a wrong form at %s', async (path, imageIds, constraint) => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    await expectInvalid(
      registry,
      () => registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds }),
      path,
      constraint,
    );
  });

  it('refuses the whole call where the ids are missing', async () => {
    const registry = await registryWith([repositoryName]);
    await expectRefused(
      registry,
      () => registry.engine.invoke('ecr-public', 'BatchDeleteImage', { repositoryName }),
      'InvalidParameterException',
      "Invalid parameter at 'imageIds' failed to satisfy constraint: 'Member must not be null'",
    );
  });
});
