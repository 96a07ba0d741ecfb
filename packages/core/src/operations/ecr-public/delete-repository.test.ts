import { describe, expect, it } from 'vitest';
import {
  account,
  bytesOf,
  expectRefused,
  imagesIn,
  minute,
  otherAccount,
  push,
  refusalOf,
  registryWith,
  repositoryArn,
  repositoryMissing,
  repositoryShape,
  start,
  uploadParts,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itIsRefusedElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.deleteRepository({ ...target, force: true }, options);

describe('DeleteRepository', () => {
  itConcernsARepository(call, { takesAliases: false, knowsRegistries: false });
  itIsRefusedElsewhere('DeleteRepository', (registry, options) => call(registry, { repositoryName }, options));

  it('answers with what the repository was', async () => {
    const registry = await registryWith([repositoryName, 'team/api']);
    registry.clock.advance(minute);
    expect(await registry.ecrPublic.deleteRepository({ repositoryName })).toEqual({
      repository: repositoryShape(repositoryName, start),
    });
    expect((await registry.ecrPublic.describeRepositories()).repositories).toEqual([repositoryShape('team/api')]);
  });

  it('refuses one with images, tagged or not, unless forced', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest } = await push(registry, repositoryName, 'v1');
    for (const force of [undefined, false]) {
      await expectRefused(
        registry,
        () => registry.ecrPublic.deleteRepository({ repositoryName, ...(force === undefined ? {} : { force }) }),
        'RepositoryNotEmptyException',
        `The repository with name '${repositoryName}' in registry with id '${account}' cannot be deleted because it still contains images`,
      );
    }
    expect(await imagesIn(registry, repositoryName)).toEqual([[digest, ['v1']]]);
    expect((await registry.ecrPublic.deleteRepository({ repositoryName, force: true })).repository).toEqual(
      repositoryShape(repositoryName),
    );
  });

  it('takes one whose last image was deleted', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] });
    await registry.ecrPublic.deleteRepository({ repositoryName });
  });

  it('takes one that only has layers and open uploads', async () => {
    const registry = await registryWith([repositoryName]);
    await uploadParts(registry, repositoryName, ['four']);
    await registry.ecrPublic.deleteRepository({ repositoryName });
  });

  it('fails the second time', async () => {
    const registry = await registryWith([repositoryName]);
    await registry.ecrPublic.deleteRepository({ repositoryName });
    await expectRefused(
      registry,
      () => registry.ecrPublic.deleteRepository({ repositoryName }),
      'RepositoryNotFoundException',
      repositoryMissing(repositoryName),
    );
  });

  it('frees the name at once, for a repository that has nothing of the old one', async () => {
    const registry = await registryWith([repositoryName]);
    const { ecrPublic, clock } = registry;
    const { blobs } = await push(registry, repositoryName, 'v1');
    await ecrPublic.putRepositoryCatalogData({
      repositoryName,
      catalogData: { description: 'old', logoImageBlob: bytesOf('png') },
    });
    await ecrPublic.setRepositoryPolicy({
      repositoryName,
      policyText: '{"Statement":[{"Effect":"Allow","Principal":"*","Action":"ecr-public:*"}]}',
    });
    const resourceArn = repositoryArn(repositoryName);
    await ecrPublic.tagResource({ resourceArn, tags: [{ Key: 'a', Value: 'b' }] });
    const uploadId = await uploadParts(registry, repositoryName, []);

    await ecrPublic.deleteRepository({ repositoryName, force: true });
    clock.advance(minute);
    const { repository } = await ecrPublic.createRepository({ repositoryName });

    expect(repository.createdAt).toEqual(new Date(clock()));
    expect(await ecrPublic.describeImages({ repositoryName })).toEqual({ imageDetails: [] });
    expect(await ecrPublic.describeImageTags({ repositoryName })).toEqual({ imageTagDetails: [] });
    expect(await ecrPublic.getRepositoryCatalogData({ repositoryName })).toEqual({ catalogData: {} });
    expect(await ecrPublic.listTagsForResource({ resourceArn })).toEqual({ tags: [] });
    expect((await refusalOf(ecrPublic.getRepositoryPolicy({ repositoryName }))).name).toBe(
      'RepositoryPolicyNotFoundException',
    );
    const layerDigests = blobs.map(({ digest }) => digest);
    const { layers } = await ecrPublic.batchCheckLayerAvailability({ repositoryName, layerDigests });
    expect(layers.map(({ layerAvailability }) => layerAvailability)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
    const completion = ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });
    expect((await refusalOf(completion)).name).toBe('UploadNotFoundException');
    expect((await refusalOf(ecrPublic.describeImages({ repositoryName, imageIds: [{ imageTag: 'v1' }] }))).name).toBe(
      'ImageNotFoundException',
    );
  });

  it('deletes in the account that registryId names', async () => {
    const registry = await registryWith([repositoryName]);
    await registry.ecrPublic.createRepository({ repositoryName }, { accountId: otherAccount });
    const { repository } = await registry.ecrPublic.deleteRepository({ repositoryName, registryId: otherAccount });
    expect(repository.registryId).toBe(otherAccount);
    expect((await registry.ecrPublic.describeRepositories()).repositories).toHaveLength(1);
  });
});
