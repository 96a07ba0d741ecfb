import { describe, expect, expectTypeOf, it } from 'vitest';
import {
  buildImage,
  createRegistry,
  RegistryError,
  type RegistryOptions,
  type registryOptionNames,
  sequentialIds,
} from './index.ts';
import { memoryStorage } from './storage-memory.ts';

const describeRepositories = () =>
  new Request('http://registry.test/', {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'SpencerFrontendService.DescribeRepositories',
    },
    body: '{}',
  });

describe('createRegistry', () => {
  it('makes a registry without any option', async () => {
    const { repository } = await createRegistry().ecrPublic.createRepository({ repositoryName: 'team/web' });
    expect(repository?.repositoryArn).toBe('arn:aws:ecr-public::123456789012:repository/team/web');
  });

  it('answers requests with what was done in process', async () => {
    const registry = createRegistry();
    await registry.seed({ public: { 'team/web': ['v1'] } });
    const response = await registry.fetch(describeRepositories());
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({ repositories: [{ repositoryName: 'team/web' }] });
  });

  it('has a fetch that can be taken out of it', async () => {
    const { fetch } = createRegistry();
    expect(await (await fetch(describeRepositories())).json()).toEqual({ repositories: [] });
  });

  it('keeps registries apart', async () => {
    const [one, other] = [createRegistry(), createRegistry()];
    await one.seed({ public: { 'team/web': [] } });
    expect(await other.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  });

  it('keeps everything in the storage that it is given', async () => {
    const storage = memoryStorage();
    await createRegistry({ storage }).seed({ public: { 'team/web': ['v1'] } });
    const { imageDetails } = await createRegistry({ storage }).ecrPublic.describeImages({ repositoryName: 'team/web' });
    expect(imageDetails).toMatchObject([{ imageTags: ['v1'] }]);
  });

  it('opens a storage at the first use', async () => {
    let opened = 0;
    const registry = createRegistry({
      storage: () => {
        opened++;
        return memoryStorage();
      },
    });
    expect(opened).toBe(0);
    await registry.ecrPublic.describeRepositories();
    await registry.ecrPublic.describeRegistries();
    expect(opened).toBe(1);
  });

  it('hands each option to the part that it is for', async () => {
    const registry = createRegistry({
      accountId: '210987654321',
      registryAlias: 'coracle',
      ids: sequentialIds(),
      clock: () => Date.UTC(2026, 0, 1),
      createOnPush: true,
      cors: { origins: ['https://app.example.com'] },
    });
    const start = await registry.fetch(
      new Request('http://registry.test/v2/coracle/web/blobs/uploads/', { method: 'POST' }),
    );
    expect(start.status).toBe(202);
    expect(start.headers.get('location')).toContain('00000000-0000-4000-8000-');
    expect((await registry.ecrPublic.describeRepositories()).repositories).toMatchObject([
      { registryId: '210987654321', repositoryUri: 'public.ecr.aws/coracle/web', createdAt: new Date('2026-01-01') },
    ]);
    const request = describeRepositories();
    request.headers.set('origin', 'https://app.example.com');
    const response = await registry.fetch(request);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  });

  it('knows the name of each option, and no other', () => {
    expectTypeOf<(typeof registryOptionNames)[number]>().toEqualTypeOf<keyof RegistryOptions>();
    const make = (options: object) => () => createRegistry(options);
    expect(make({ storag: 1 })).toThrow(
      new TypeError("createRegistry has no option 'storag'; did you mean 'storage'?"),
    );
    expect(make({ services: [] })).toThrow("createRegistry has no option 'services'");
    expect(make({ faces: [] })).toThrow("createRegistry has no option 'faces'");
    expect(make([])).toThrow(new TypeError('createRegistry takes an object, not Array'));
  });

  it('says which option cannot be meant', () => {
    expect(() => createRegistry({ accountId: '12' })).toThrow(new TypeError("accountId must be 12 digits, not '12'"));
    expect(() => createRegistry({ maxBodyBytes: -1 })).toThrow(/^maxBodyBytes must be/);
  });

  it('is closed at the end of its block', async () => {
    let closed = 0;
    const storage = { ...memoryStorage(), close: async () => void closed++ };
    {
      await using registry = createRegistry({ storage });
      await registry.seed({ public: { 'team/web': ['v1'] } });
      expect(closed).toBe(0);
    }
    expect(closed).toBe(1);
  });

  it('announces what requests change as well', async () => {
    const registry = createRegistry();
    const created: string[] = [];
    const stop = registry.events.on('createRepository', ({ repositoryName }) => created.push(repositoryName));
    const create = (repositoryName: string) => {
      const request = describeRepositories();
      request.headers.set('x-amz-target', 'SpencerFrontendService.CreateRepository');
      return registry.fetch(new Request(request, { body: JSON.stringify({ repositoryName }) }));
    };
    expect([(await create('one')).status, (await create('one')).status]).toEqual([200, 400]);
    stop();
    await create('two');
    expect(created).toEqual(['one']);
  });

  it('needs nothing beside the one import', async () => {
    const registry = createRegistry();
    const image = await buildImage({ layers: ['hello'] });
    await registry.seed({ private: { web: [{ image, tags: ['v1'] }] } });
    const refused = await registry.ecrPublic.describeImages({ repositoryName: 'web' }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RegistryError);
  });
});

describe('closed access', () => {
  const users = [{ name: 'alice', password: 'open sesame', rights: ['pull', 'push'] as const }];

  it('closes `fetch`, and leaves the methods of the program open', async () => {
    const registry = createRegistry({ access: { users, tokenSecret: 'x'.repeat(32) } });
    await registry.ecr.createRepository({ repositoryName: 'web' });
    const tags = (headers: Record<string, string> = {}) =>
      registry.fetch(new Request('http://localhost/v2/web/tags/list', { headers })).then(({ status }) => status);
    expect(await tags()).toBe(401);
    expect(await tags({ authorization: `Basic ${btoa('alice:open sesame')}` })).toBe(200);
  });

  it.each<[unknown, string]>([
    [null, "access must be 'open' or an object such as { users: [{ name, password, rights: ['pull', 'push'] }] }"],
    [users, "access must be 'open' or an object such as { users:"],
    [
      { users, tokenSecret: 'short' },
      'access.tokenSecret must be a text of at least 32 bytes, or a list of such texts',
    ],
    [{ users, tokenSecret: [] }, 'access.tokenSecret must be a text of at least 32 bytes'],
    [{ users, tokenSecret: ['x'.repeat(32), 7] }, 'access.tokenSecret must be a text of at least 32 bytes'],
    [{ users, tokenSecret: null }, 'access.tokenSecret must be a text of at least 32 bytes'],
    [
      { keys: [{ accessKeyId: 'A', secretAccessKey: 'x', accountId: 1 }] },
      'access.keys[0].accountId must be a text of',
    ],
  ])('refuses %j', (access, message) => {
    expect(() => createRegistry({ access } as RegistryOptions)).toThrow(TypeError);
    expect(() => createRegistry({ access } as RegistryOptions)).toThrow(message);
  });

  it('refuses two secrets of tokens', () => {
    const secret = 'x'.repeat(32);
    expect(() => createRegistry({ secret, access: { users, tokenSecret: secret } })).toThrow(
      'access.tokenSecret and secret are the same setting: give only one of them',
    );
  });
});
