import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { emptyRegistry, start } from '../../test-support/registry.ts';
import { createEngine, ecr, ecrPublic, type LimitOptions, repositoryPolicies, type Storage } from '../index.ts';
import { withTestHelpers } from '../testing/index.ts';
import type { EngineOptions, engineOptionNames } from './options.ts';

const make = (options: Partial<EngineOptions> = {}) =>
  createEngine({ storage: memoryStorage(), ...options, services: [ecrPublic, ecr] });

describe('createEngine', () => {
  it('knows the name of each option', () => {
    expectTypeOf<(typeof engineOptionNames)[number]>().toEqualTypeOf<keyof EngineOptions>();
  });

  it('needs only a storage', () => {
    const { accountId, region, endpoint } = make();
    expect([accountId, region, endpoint]).toEqual(['123456789012', 'us-east-1', undefined]);
  });

  it('is cheap: it opens no storage and asks for no id before the first call', async () => {
    const asked: string[] = [];
    const engine = make({
      storage: () => {
        asked.push('storage');
        return memoryStorage();
      },
      ids: () => {
        asked.push('id');
        return crypto.randomUUID();
      },
    });
    expect(asked).toEqual([]);
    expect(await engine.guarantees()).toEqual({ atomicCommit: true, freshReads: true, remote: false });
    await engine.ecrPublic.createRepository({ repositoryName: 'x1' });
    expect(asked).toEqual(['storage', 'id']);
  });

  it('opens a storage that takes its time', async () => {
    const engine = make({ storage: async () => memoryStorage() });
    expect(await engine.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  });

  it('tells of a storage that cannot be opened, and tries again', async () => {
    let tries = 0;
    const engine = make({
      storage: () => {
        if (tries++ === 0) throw new Error('locked by another process');
        return memoryStorage();
      },
    });
    await expect(engine.ecrPublic.describeRepositories()).rejects.toMatchObject({
      name: 'ServerException',
      message: 'DescribeRepositories failed: locked by another process',
      fault: 'server',
    });
    expect(await engine.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  });

  it('tells of a function that opens something else, and tries again', async () => {
    const opened: object[] = [{ records: {} }, memoryStorage()];
    const engine = make({ storage: () => opened.shift() as Storage });
    await expect(engine.ecrPublic.describeRepositories()).rejects.toMatchObject({
      name: 'ServerException',
      message: expect.stringContaining('the given Object has no method records.getMany()'),
    });
    expect(await engine.ecrPublic.describeRepositories()).toEqual({ repositories: [] });
  });

  it('closes the storage, be it used or not; one that it would have made at the first use is not made for that', async () => {
    let closed = 0;
    let made = 0;
    const storage = { ...memoryStorage(), close: async () => void closed++ };
    const used = make({ storage });
    await used.ecrPublic.describeRepositories();
    await used.close();
    await make({ storage }).close();
    expect(closed).toBe(2);
    const making = () => {
      made++;
      return storage;
    };
    await make({ storage: making }).close();
    const usedMaking = make({ storage: making });
    await usedMaking.ecrPublic.describeRepositories();
    await usedMaking.close();
    expect([made, closed]).toEqual([1, 3]);
  });

  it.each<[string, object, string]>([
    [
      'an option that does not exist',
      { acountId: '1' },
      "createEngine has no option 'acountId'; did you mean 'accountId'?",
    ],
    ['an option of something else', { port: 1 }, "createEngine has no option 'port'; it has storage, services, "],
    ['an object that is not a storage', { storage: {} }, 'the given Object has no method records.getMany()'],
    ['half a storage', { storage: { records: memoryStorage().records } }, 'the given Object has no method bytes.put()'],
    ['no storage', { storage: undefined }, 'storage must be a storage such as memoryStorage()'],
    ['null for a storage', { storage: null }, 'storage must be a storage such as memoryStorage()'],
    ['a name for a storage', { storage: 'memory' }, 'storage must be a storage such as memoryStorage()'],
    ['an account of 11 digits', { accountId: '12345678901' }, "accountId must be 12 digits, not '12345678901'"],
    ['a region that is none', { region: 'europe' }, "region must be an AWS region such as us-east-1, not 'europe'"],
    ['an alias in capitals', { registryAlias: 'Acme' }, "not 'Acme'"],
    ['an alias of 51 letters', { registryAlias: 'x'.repeat(51) }, 'registryAlias must be 2 to 50'],
    ['an endpoint that is no URL', { endpoint: 'localhost' }, "endpoint must be an http or https URL, not 'localhost'"],
    ['an endpoint that is a file', { endpoint: 'file:///tmp' }, 'endpoint must be an http or https URL'],
  ])('refuses %s', (_, options, message) => {
    expect(() => make(options)).toThrow(TypeError);
    expect(() => make(options)).toThrow(message);
  });

  it.each(['us-east-1', 'cn-northwest-1', 'us-gov-west-1', 'ap-southeast-2', 'us-iso-east-1'])(
    'takes the region %s',
    (region) => {
      expect(make({ region }).region).toBe(region);
    },
  );

  it('says whether it checks the access of callers of a closed server', () => {
    expect([make().checksAccess, make({ access: repositoryPolicies }).checksAccess]).toEqual([false, true]);
  });

  it('takes an endpoint as a text or as a URL', () => {
    expect(make({ endpoint: 'http://127.0.0.1:4747' }).endpoint?.host).toBe('127.0.0.1:4747');
    expect(make({ endpoint: new URL('https://registry.example') }).endpoint?.origin).toBe('https://registry.example');
  });

  it('keeps whole milliseconds, whatever the clock gives', async () => {
    let now = start + 0.75;
    const { ecrPublic } = emptyRegistry({ clock: Object.assign(() => now, { advance: () => undefined }) });
    await ecrPublic.createRepository({ repositoryName: 'x1' });
    const pushed: string[] = [];
    for (let i = 0; i < 3; i++) {
      now += 0.125;
      const { image } = await ecrPublic.putImage({
        repositoryName: 'x1',
        imageManifest: `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}${' '.repeat(i)}`,
      });
      pushed.push(image.imageId.imageDigest ?? '');
      if (i === 1) now = start + 1;
    }
    const { imageDetails } = await ecrPublic.describeImages({ repositoryName: 'x1' });
    expect(imageDetails.map(({ imagePushedAt }) => imagePushedAt?.getTime())).toEqual([start, start + 1, start + 1]);
    expect(imageDetails[0]?.imageDigest).toBe(pushed[0]);
  });
});

describe('a number in the options', () => {
  it.each<[object, string]>([
    [{ limits: { uploadLifetime: Number.NaN } }, 'limits.uploadLifetime must be a number of milliseconds from 0'],
    [{ secret: 'x'.repeat(31) }, 'secret must be a text of at least 32 bytes, or a list of such texts: make one with'],
    [{ secret: [] }, 'secret must be a text of at least 32 bytes, or a list of such texts'],
    [{ secret: ['x'.repeat(32), 'short'] }, 'secret must be a text of at least 32 bytes, or a list of such texts'],
    [{ secret: 7 }, 'secret must be a text of at least 32 bytes, or a list of such texts'],
    [{ limits: { tokenLifetime: -1 } }, 'limits.tokenLifetime must be a number of milliseconds from 0'],
    [{ limits: { tokenLifetime: Number.POSITIVE_INFINITY } }, 'limits.tokenLifetime must be a number of milliseconds'],
    [{ limits: { minPartBytes: '5' } }, 'limits.minPartBytes must be a number that is not negative, not 5'],
    [
      { limits: { public: { tagsPerImage: Number.NaN } } },
      'limits.public.tagsPerImage must be a number that is not negative',
    ],
    [{ limits: { private: { size: 1 } } }, "limits.private has no limit 'size'; it has repositoriesPerRegistry, "],
    [{ limits: { size: 1 } }, "limits has no limit 'size'; it has "],
    [{ limits: { minPartByte: 1 } }, "limits has no limit 'minPartByte'; did you mean 'minPartBytes'?"],
    [{ limits: { public: 1 } }, 'limits.public takes an object { repositoriesPerRegistry, '],
    [{ clock: 5 }, 'clock must be a function, not 5'],
    [{ maxBufferedBytes: 0 }, 'maxBufferedBytes must be a number of bytes above 0'],
  ])('is refused by its name: %j', (options, sentence) => {
    expect(() => make(options as Partial<EngineOptions>)).toThrow(TypeError);
    expect(() => make(options as Partial<EngineOptions>)).toThrow(sentence);
  });

  it('may be any that can be meant, and one that is undefined is left to its default', async () => {
    const most = Number.MAX_SAFE_INTEGER;
    const limits = {
      uploadLifetime: most,
      tokenLifetime: most,
      public: { imagesPerRepository: Number.POSITIVE_INFINITY },
    };
    const engine = make({ limits: { ...limits, minPartBytes: undefined } as unknown as LimitOptions });
    expect(engine.limits.minPartBytes).toBe(5 * 1024 * 1024);
    const { authorizationData } = await engine.ecrPublic.getAuthorizationToken();
    expect(authorizationData?.expiresAt).toEqual(new Date(8.64e15));
  });

  it('is held to its range when garbage is collected', async () => {
    await expect(make().collectGarbage({ grace: Number.NaN })).rejects.toThrow(
      /^grace must be a number of milliseconds/,
    );
  });
});

describe('a clock', () => {
  const minutes = 60_000;
  const forever = Number.MAX_SAFE_INTEGER;

  it.each([59 * minutes, 60 * minutes, 120 * minutes, 720 * minutes])(
    'may move on by %s milliseconds at each reading: a push comes to its end',
    async (step) => {
      let now = start;
      const engine = make({ clock: () => (now += step), limits: { uploadLifetime: forever, uploadIdleTime: forever } });
      await withTestHelpers(engine).seed({ public: { x1: ['v1'] } });
      expect((await engine.ecrPublic.describeImages({ repositoryName: 'x1' })).imageDetails).toHaveLength(1);
    },
  );

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1, 1e15, '2026', undefined])(
    'that gives %s is named by the error of the call that reads it',
    async (now) => {
      const engine = make({ clock: () => now as number });
      await expect(engine.ecrPublic.createRepository({ repositoryName: 'x1' })).rejects.toThrow(
        `\`clock\` must return the milliseconds since 1970, a number from 0 to 999999999999999, not ${now}`,
      );
    },
  );
});
