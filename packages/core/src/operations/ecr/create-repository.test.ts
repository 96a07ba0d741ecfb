import { describe, expect, it } from 'vitest';
import { privateShape, pushPrivate } from '../../../test-support/private.ts';
import {
  account,
  emptyRegistry,
  expectInvalid,
  expectRefused,
  imageOf,
  minute,
  otherAccount,
  refusalOf,
  start,
  type TestRegistry,
} from '../../../test-support/registry.ts';
import type { Ecr } from '../../model/index.ts';

const repositoryName = 'team/web';

const create = ({ ecr }: TestRegistry, input: Omit<Ecr.CreateRepositoryRequest, 'repositoryName'> = {}) =>
  ecr.createRepository({ repositoryName, ...input });

describe('CreateRepository', () => {
  it('answers with the repository and its default settings', async () => {
    const registry = emptyRegistry();
    expect(await create(registry)).toEqual({
      repository: {
        repositoryArn: `arn:aws:ecr:us-east-1:${account}:repository/${repositoryName}`,
        registryId: account,
        repositoryName,
        repositoryUri: `${account}.dkr.ecr.us-east-1.amazonaws.com/${repositoryName}`,
        createdAt: new Date(start),
        imageTagMutability: 'MUTABLE',
        imageScanningConfiguration: { scanOnPush: false },
        encryptionConfiguration: { encryptionType: 'AES256' },
      },
    });
    expect((await registry.ecr.describeRepositories()).repositories).toEqual([privateShape(repositoryName)]);
  });

  it('keeps the settings it is told, and shows them again', async () => {
    const registry = emptyRegistry();
    const settings: Partial<Ecr.Repository> = {
      imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
      imageTagMutabilityExclusionFilters: [
        { filterType: 'WILDCARD', filter: 'dev-*' },
        { filterType: 'WILDCARD', filter: 'latest' },
      ],
      imageScanningConfiguration: { scanOnPush: true },
      encryptionConfiguration: { encryptionType: 'KMS', kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/abc' },
    };
    const { repository } = await create(registry, settings);
    expect(repository).toEqual({ ...privateShape(repositoryName), ...settings });
    expect((await registry.ecr.describeRepositories()).repositories).toEqual([repository]);
    expect((await registry.ecr.deleteRepository({ repositoryName })).repository).toEqual(repository);
  });

  it.each(['KMS', 'KMS_DSSE'] as const)(
    'answers with the ARN of a managed key for %s without one',
    async (encryptionType) => {
      const registry = emptyRegistry({ region: 'eu-west-1' });
      const { repository } = await create(registry, { encryptionConfiguration: { encryptionType } });
      expect(repository?.encryptionConfiguration).toEqual({
        encryptionType,
        kmsKey: expect.stringMatching(/^arn:aws:kms:eu-west-1:123456789012:key\/[0-9a-f-]{36}$/),
      });
      expect((await registry.ecr.describeRepositories()).repositories).toEqual([repository]);
    },
  );

  it.each([
    ['eu-central-1', 'arn:aws:ecr:eu-central-1', 'dkr.ecr.eu-central-1.amazonaws.com'],
    ['cn-north-1', 'arn:aws-cn:ecr:cn-north-1', 'dkr.ecr.cn-north-1.amazonaws.com.cn'],
    ['us-gov-west-1', 'arn:aws-us-gov:ecr:us-gov-west-1', 'dkr.ecr.us-gov-west-1.amazonaws.com'],
  ])('has the addresses of the region %s', async (region, arn, host) => {
    const { ecr } = emptyRegistry();
    const { repository } = await ecr.createRepository({ repositoryName }, { region });
    expect(repository).toMatchObject({
      repositoryArn: `${arn}:${account}:repository/${repositoryName}`,
      repositoryUri: `${account}.${host}/${repositoryName}`,
    });
  });

  it('names the host that really answers', async () => {
    const registry = emptyRegistry({ endpoint: 'http://127.0.0.1:4747' });
    expect((await create(registry)).repository?.repositoryUri).toBe(`127.0.0.1:4747/${repositoryName}`);
  });

  it('creates one for each account and each region, beside a public one', async () => {
    const registry = emptyRegistry();
    await registry.ecrPublic.createRepository({ repositoryName });
    await create(registry);
    await registry.ecr.createRepository({ repositoryName }, { region: 'eu-west-1' });
    await registry.ecr.createRepository({ repositoryName }, { accountId: otherAccount });
    for (const [options, count] of [
      [{}, 1],
      [{ region: 'eu-west-1' }, 1],
      [{ region: 'eu-west-2' }, 0],
    ] as const) {
      expect((await registry.ecr.describeRepositories({}, options)).repositories).toHaveLength(count);
    }
  });

  it('creates it in the registry that registryId names', async () => {
    const registry = emptyRegistry();
    expect((await create(registry, { registryId: otherAccount })).repository?.registryId).toBe(otherAccount);
    expect((await registry.ecr.describeRepositories()).repositories).toEqual([]);
  });

  it('refuses a name that is taken', async () => {
    const registry = emptyRegistry();
    await create(registry);
    registry.clock.advance(minute);
    await expectRefused(
      registry,
      () => create(registry, { tags: [{ Key: 'a', Value: 'b' }] }),
      'RepositoryAlreadyExistsException',
      `The repository with name '${repositoryName}' already exists in the registry with id '${account}'`,
    );
  });

  it.each(['a__b', 'a--b', 'a---b', '0a', 'x'.repeat(256)])('takes the name %j', async (name) => {
    const { ecr } = emptyRegistry();
    expect((await ecr.createRepository({ repositoryName: name })).repository?.repositoryName).toBe(name);
  });

  it.each(['UPPER', 'a___b', 'a._b', 'ab/', '/ab', 'ab-'])('refuses the name %j', async (name) => {
    const registry = emptyRegistry();
    await expectInvalid(
      registry,
      () => registry.ecr.createRepository({ repositoryName: name }),
      'repositoryName',
      "must satisfy regular expression '[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\\.|_|__|-+)[a-z0-9]+)*)*'",
    );
  });

  it.each<[string, Omit<Ecr.CreateRepositoryRequest, 'repositoryName'>, string]>([
    ['registryId', { registryId: 'acme' }, "must satisfy regular expression '[0-9]{12}'"],
    [
      'imageTagMutability',
      { imageTagMutability: 'SOMETIMES' as 'MUTABLE' },
      'Member must satisfy enum value set: [IMMUTABLE, MUTABLE, MUTABLE_WITH_EXCLUSION, IMMUTABLE_WITH_EXCLUSION]',
    ],
    [
      'imageTagMutabilityExclusionFilters',
      { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION', imageTagMutabilityExclusionFilters: [] },
      'Member must have length greater than or equal to 1',
    ],
    [
      'imageTagMutabilityExclusionFilters',
      { imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION' },
      "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as IMMUTABLE_WITH_EXCLUSION",
    ],
    [
      'imageTagMutabilityExclusionFilters',
      { imageTagMutability: 'MUTABLE_WITH_EXCLUSION' },
      "ImageTagMutabilityExclusionFilters can't be null when imageTagMutability is set as MUTABLE_WITH_EXCLUSION",
    ],
    [
      'encryptionConfiguration.encryptionType',
      { encryptionConfiguration: { encryptionType: 'ROT13' as 'KMS' } },
      'Member must satisfy enum value set: [AES256, KMS, KMS_DSSE]',
    ],
  ])('refuses a wrong %s', async (path, input, constraint) => {
    const registry = emptyRegistry();
    await expectInvalid(registry, () => create(registry, input), path, constraint);
  });

  it.each(['MUTABLE', 'IMMUTABLE', undefined] as const)('refuses filters beside %s', async (imageTagMutability) => {
    const registry = emptyRegistry();
    const refusal = await refusalOf(
      create(registry, {
        ...(imageTagMutability ? { imageTagMutability } : {}),
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
      }),
    );
    expect(refusal.name).toBe('InvalidParameterException');
    expect(refusal.message).toContain("at 'imageTagMutabilityExclusionFilters'");
    expect((await registry.storage.contents()).records).toEqual({});
  });

  it.each(['a b', 'a?', '', 'x'.repeat(129)])('refuses the filter %j', async (filter) => {
    const registry = emptyRegistry();
    const refusal = await refusalOf(
      create(registry, {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter }],
      }),
    );
    expect(refusal.name).toBe('InvalidParameterException');
    expect(refusal.message).toContain("at 'imageTagMutabilityExclusionFilters.1.member.filter'");
  });

  describe('with tags', () => {
    it('takes 50 and refuses 51', async () => {
      const registry = emptyRegistry();
      const tags = Array.from({ length: 51 }, (_, i) => ({ Key: `k${i}`, Value: 'v' }));
      await expectRefused(
        registry,
        () => create(registry, { tags }),
        'TooManyTagsException',
        'Maximum number of tags allowed per resource is 50.',
      );
      await create(registry, { tags: tags.slice(1) });
    });

    it.each([
      ['aws:x', 'y'],
      ['x', 'AWS:y'],
      ['a;b', 'y'],
    ])('refuses %j: %j', async (Key, Value) => {
      const registry = emptyRegistry();
      await expectRefused(
        registry,
        () => create(registry, { tags: [{ Key, Value }] }),
        'InvalidTagParameterException',
        'Tag parameters are invalid',
      );
    });

    it.each([
      ['tags.2.member.key', { Key: 'x'.repeat(129), Value: '' }, 'Member must have length less than or equal to 128'],
      ['tags.2.member.key', { Key: '', Value: '' }, 'Member must have length greater than or equal to 1'],
      [
        'tags.2.member.value',
        { Key: 'x', Value: 'x'.repeat(257) },
        'Member must have length less than or equal to 256',
      ],
      [
        'tags.2.member.value',
        { Key: 'x', Value: 'x'.repeat(100_000) },
        'Member must have length less than or equal to 256',
      ],
    ])('refuses a wrong length at %s, though the model allows it', async (path, tag, constraint) => {
      const registry = emptyRegistry();
      await expectInvalid(
        registry,
        () => create(registry, { tags: [{ Key: 'a', Value: 'b' }, tag] }),
        path,
        constraint,
      );
    });
  });

  it('refuses one repository too many, in each region on its own', async () => {
    const registry = emptyRegistry({ limits: { private: { repositoriesPerRegistry: 1 } } });
    await create(registry);
    await expectRefused(
      registry,
      () => registry.ecr.createRepository({ repositoryName: 'second' }),
      'LimitExceededException',
      `The registry with id '${account}' already has the maximum allowed number of repositories which is '1'`,
    );
    await registry.ecr.createRepository({ repositoryName: 'second' }, { region: 'eu-west-1' });
  });

  describe('with immutable tags', () => {
    const immutable = (tag: string) =>
      `The image tag '${tag}' already exists in the '${repositoryName}' repository and cannot be overwritten because the repository is immutable.`;
    const refused = (registry: TestRegistry, tag: string, text: string) => async () =>
      pushPrivate(registry, repositoryName, tag, await imageOf(text));

    it('refuses to move a tag, with nothing stored but the layers', async () => {
      const registry = emptyRegistry();
      await create(registry, { imageTagMutability: 'IMMUTABLE' });
      await pushPrivate(registry, repositoryName, 'v1', await imageOf('one'));
      const two = await imageOf('two');
      await pushPrivate(registry, repositoryName, 'v2', two);
      await expectRefused(
        registry,
        () => pushPrivate(registry, repositoryName, 'v1', two),
        'ImageTagAlreadyExistsException',
        immutable('v1'),
      );
    });

    it('takes the same image under the same tag again at the front, and another tag', async () => {
      const registry = emptyRegistry();
      await create(registry, { imageTagMutability: 'IMMUTABLE' });
      const image = await imageOf('one');
      for (const tag of ['v1', 'v1', 'v2']) await pushPrivate(registry, repositoryName, tag, image);
    });

    it('says of missing layers before it says that the tag is taken', async () => {
      const registry = emptyRegistry();
      await create(registry, { imageTagMutability: 'IMMUTABLE' });
      await pushPrivate(registry, repositoryName, 'v1', await imageOf('one'));
      const { manifest } = await imageOf('two');
      const at = await registry.distribution.locate(`${account}.dkr.ecr.us-east-1.amazonaws.com`, repositoryName);
      const put = registry.distribution.putManifest(at, 'v1', { bytes: new TextEncoder().encode(manifest) });
      expect((await refusalOf(put)).name).toBe('LayersNotFoundException');
    });

    it('lets tags move that an exclusion filter names', async () => {
      const registry = emptyRegistry();
      await create(registry, {
        imageTagMutability: 'IMMUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'dev-*' }],
      });
      for (const tag of ['dev-1', 'v1']) await pushPrivate(registry, repositoryName, tag, await imageOf('one'));
      await refused(registry, 'dev-1', 'two')();
      expect(await refusalOf(refused(registry, 'v1', 'two')())).toEqual({
        name: 'ImageTagAlreadyExistsException',
        message: immutable('v1'),
      });
    });

    it('holds only the tags that a filter names where the rest is mutable', async () => {
      const registry = emptyRegistry();
      await create(registry, {
        imageTagMutability: 'MUTABLE_WITH_EXCLUSION',
        imageTagMutabilityExclusionFilters: [{ filterType: 'WILDCARD', filter: 'v*' }],
      });
      for (const tag of ['dev-1', 'v1']) await pushPrivate(registry, repositoryName, tag, await imageOf('one'));
      await refused(registry, 'dev-1', 'two')();
      expect((await refusalOf(refused(registry, 'v1', 'two')())).name).toBe('ImageTagAlreadyExistsException');
    });

    it('gives an immutable tag to one of many images that race for it', async () => {
      const registry = emptyRegistry();
      await create(registry, { imageTagMutability: 'IMMUTABLE' });
      const pushes = Array.from({ length: 10 }, (_, i) => refused(registry, 'v1', `image ${i}`)());
      const outcomes = await Promise.allSettled(pushes);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    });
  });
});
