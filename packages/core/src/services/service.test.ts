import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { refusalOf } from '../../test-support/registry.ts';
import { createEngine, type EcrFace, type EcrPublicFace, type EngineOptions, ecr, ecrPublic } from '../index.ts';

const storage = memoryStorage();

describe('an engine', () => {
  it('has the methods of the services that it was given, and of no others', async () => {
    const both = createEngine({ storage, services: [ecrPublic, ecr] });
    expectTypeOf(both.ecrPublic).toEqualTypeOf<EcrPublicFace>();
    expectTypeOf(both.ecr).toEqualTypeOf<EcrFace>();
    expect(both.services).toEqual([ecrPublic, ecr]);

    const one = createEngine({ storage, services: [ecrPublic] });
    expectTypeOf(one.ecrPublic).toEqualTypeOf<EcrPublicFace>();
    expectTypeOf(one).not.toHaveProperty('ecr');
    expect(one).not.toHaveProperty('ecr');
    expect((await one.ecrPublic.describeRepositories({})).repositories).toEqual([]);
    expect(await refusalOf(one.invoke('ecr', 'DescribeRepositories', {}))).toMatchObject({
      name: 'UnknownOperationException',
      message: "This registry does not have the service 'ecr': pass it to createEngine() in the option 'services'",
    });
  });

  it('without any service is a registry of the OCI distribution protocol', async () => {
    const { distribution } = createEngine({ storage, services: [] });
    expect(await distribution.getRepositories('localhost')).toEqual({ repositories: [], more: false });
  });

  it('creates the repositories of a push by the service that has them', async () => {
    const { distribution, ecrPublic: face } = createEngine({
      storage: memoryStorage(),
      services: [ecrPublic],
      registryAlias: 'acme',
    });
    await distribution.ensureRepository(await distribution.locate('public.ecr.aws', 'acme/web'));
    expect((await face.describeRepositories()).repositories).toMatchObject([{ repositoryName: 'web' }]);
    const at = await distribution.locate('localhost', 'team/web');
    expect(await refusalOf(distribution.ensureRepository(at))).toMatchObject({
      name: 'UnknownOperationException',
      message:
        "This registry has no service with private repositories: pass such a service to createEngine() in 'services'",
    });
  });

  it.each([undefined, 'ecr', [undefined], ['ecr'], [{ name: 'ecr' }]])(
    'is not made with the services %j',
    (services) => {
      const options = { storage, services } as unknown as EngineOptions;
      expect(() => createEngine(options)).toThrow(
        new TypeError(
          'services must be a list of services for createEngine(), such as [ecrPublic, ecr], or an empty list',
        ),
      );
    },
  );
});
