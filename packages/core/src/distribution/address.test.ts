import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import {
  account,
  bytesOf,
  defaultAlias,
  emptyRegistry,
  otherAccount,
  refusalOf,
  registryWith,
} from '../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';
import { createEngine, ecr, ecrPublic } from '../index.ts';

const ownHost = `${account}.dkr.ecr.eu-west-1.amazonaws.com`;

describe('the repository that an address means', () => {
  it.each([
    ['public.ecr.aws', `${defaultAlias}/team/web`, ['public', account, 'us-east-1', 'team/web']],
    ['public.ecr.aws', 'acme/web', ['public', account, 'us-east-1', 'web']],
    ['public.ecr.aws', 'others/web', ['public', otherAccount, 'us-east-1', 'web']],
    ['localhost:4747', 'acme/team/web', ['public', account, 'us-east-1', 'team/web']],
    ['localhost:4747', 'others/web', ['public', otherAccount, 'us-east-1', 'web']],
    ['localhost:4747', 'team/web', ['private', account, 'us-east-1', 'team/web']],
    ['localhost:4747', 'acme', ['private', account, 'us-east-1', 'acme']],
    [ownHost, 'team/web', ['private', account, 'eu-west-1', 'team/web']],
    [ownHost, 'acme/web', ['private', account, 'eu-west-1', 'acme/web']],
    [`${otherAccount}.dkr.ecr.us-east-1.amazonaws.com`, 'web', ['private', otherAccount, 'us-east-1', 'web']],
  ])('%s/%s', async (host, path, expected) => {
    const { engine, distribution } = emptyRegistry({ registryAlias: 'acme' });
    await engine.setPublicRegistry({ accountId: otherAccount, alias: 'others' });
    const { registry, name } = await distribution.locate(host, path);
    expect([registry.kind, registry.accountId, registry.region, name]).toEqual(expected);
  });

  it("is in the caller's own account and region where nothing else is said", async () => {
    const { distribution } = emptyRegistry();
    const { registry } = await distribution.locate('localhost', 'web', {
      accountId: otherAccount,
      region: 'eu-west-1',
    });
    expect([registry.accountId, registry.region]).toEqual([otherAccount, 'eu-west-1']);
  });

  it('is not found by an alias that nobody has, at the public host', async () => {
    const { distribution } = emptyRegistry();
    expect(await refusalOf(distribution.locate('public.ecr.aws', 'nobodys/web'))).toEqual({
      name: 'RepositoryNotFoundException',
      message: "The repository with name 'web' does not exist in the registry with id 'nobodys'",
    });
    expect((await refusalOf(distribution.locate('public.ecr.aws', defaultAlias))).name).toBe(
      'RepositoryNotFoundException',
    );
  });

  it.each(['', 'Web', 'a//b', '/a', 'a/', 'a b', 'a:b', 'a@b', '../a', 'ä', 'a\n', 'x'.repeat(257)])(
    'has a name, which %j is not',
    async (path) => {
      const { distribution } = emptyRegistry();
      for (const host of ['localhost', 'public.ecr.aws', ownHost]) {
        await expect(distribution.locate(host, path)).rejects.toMatchObject({
          message: `The repository name '${path}' is invalid: use at most 256 characters: lower-case letters and digits, separated by '/', '.', '_', '__' or '-'`,
          ociCode: 'NAME_INVALID',
        });
      }
    },
  );

  it.each(['a__b', 'a---b', '0', 'a.b/c_d', 'x'.repeat(256)])('may be called %j', async (path) => {
    const { distribution } = emptyRegistry();
    expect((await distribution.locate('localhost', path)).name).toBe(path);
  });

  it('takes no time to speak of for a hostile name', async () => {
    const { distribution } = emptyRegistry();
    const begin = performance.now();
    await refusalOf(distribution.locate('localhost', `${'a-'.repeat(127)}_`));
    await refusalOf(distribution.locate('localhost', `${'-'.repeat(256)}`));
    await refusalOf(distribution.locate('localhost', `a${'-'.repeat(254)}!`));
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('ensureRepository', () => {
  it('creates the repository, private or public, unless it is there', async () => {
    const registry = await registryWith(['first']);
    const addresses = await Promise.all([
      registry.distribution.locate('localhost', `${defaultAlias}/team/web`),
      registry.distribution.locate('localhost', 'team/web'),
      registry.distribution.locate(ownHost, 'team/web'),
    ]);
    for (const at of [...addresses, ...addresses]) await registry.distribution.ensureRepository(at);
    const names = async (region: string) =>
      (await registry.ecr.describeRepositories({}, { region })).repositories?.map((one) => one.repositoryName);
    expect([await names('us-east-1'), await names('eu-west-1')]).toEqual([['team/web'], ['team/web']]);
    const { repositories } = await registry.ecrPublic.describeRepositories();
    expect(repositories.map((one) => one.repositoryName)).toEqual(['first', 'team/web']);
  });

  it('is content when another call creates it meanwhile', async () => {
    const registry = emptyRegistry();
    const at = await registry.distribution.locate('localhost', 'team/web');
    await Promise.all(Array.from({ length: 10 }, () => registry.distribution.ensureRepository(at)));
    expect((await registry.ecr.describeRepositories()).repositories).toHaveLength(1);
  });

  it('is refused as the creation is', async () => {
    const registry = emptyRegistry({ limits: { private: { repositoriesPerRegistry: 0 } } });
    const at = await registry.distribution.locate('localhost', 'team/web');
    expect((await refusalOf(registry.distribution.ensureRepository(at))).name).toBe('LimitExceededException');
  });
});

describe('a manifest that is pulled', () => {
  /** How many keys each read of a GET of a manifest asks for. */
  async function readsOfPull(host: string, path: string): Promise<number[]> {
    const inner = watchedStorage(memoryStorage());
    const registry = emptyRegistry({ storage: inner });
    const at = { host, path };
    await registry.distribution.ensureRepository(at);
    const bytes = bytesOf('{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}');
    await registry.distribution.putManifest(at, 'v1', { bytes });
    const reads: number[] = [];
    const storage = storageWith(inner, {
      records: {
        getMany: (keys) => {
          // The version of the layout is read once, when the storage is opened.
          if (!keys.includes('layout')) reads.push(keys.length);
          return inner.records.getMany(keys);
        },
      },
    });
    const { distribution } = createEngine({ storage, clock: registry.clock, services: [ecrPublic, ecr] });
    await distribution.getManifest(at, 'v1');
    return reads;
  }

  it('has its repository read with what says whose it is', async () => {
    expect(await readsOfPull('localhost', 'team/web')).toEqual([4, 1]);
    // Here nothing has to be read to know whose it is.
    expect(await readsOfPull(ownHost, 'team/web')).toEqual([1, 1]);
    expect(await readsOfPull('localhost', `${defaultAlias}/team/web`)).toEqual([1, 1]);
  });

  it('is that of the repository of now', async () => {
    const { ecr, distribution } = emptyRegistry();
    await ecr.createRepository({ repositoryName: 'team/web' });
    const at = await distribution.locate('localhost', 'team/web');
    expect((await distribution.getTags(at)).tags).toEqual([]);
    await ecr.deleteRepository({ repositoryName: 'team/web' });
    for (const place of [at, { host: 'localhost', path: 'team/web' }]) {
      expect((await refusalOf(distribution.getTags(place))).name).toBe('RepositoryNotFoundException');
    }
  });
});
