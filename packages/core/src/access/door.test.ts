import { readdirSync, readFileSync } from 'node:fs';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { testContext } from '../../test-support/context.ts';
import { models, sampleOf } from '../../test-support/model-cases.ts';
import { repositoryArn, unknownDigest } from '../../test-support/registry.ts';
import { publicRegistry } from '../domain/registries/registry.ts';
import { distributionOf } from '../engine/distribution.ts';
import type { Distribution } from '../engine/distribution-face.ts';
import { facesOf } from '../engine/faces.ts';
import { internalsOf } from '../engine/internals.ts';
import { Runner } from '../engine/runner.ts';
import type { ServiceName } from '../model/index.ts';
import { createEngine } from '../registry.ts';
import { ecr } from '../services/ecr.ts';
import { ecrPublic } from '../services/ecr-public.ts';
import type { Place } from './place.ts';
import type { Asked, Policy } from './policy.ts';

const services = [ecrPublic, ecr] as const;

/** The operations and methods of an engine with this policy. */
function engineWith(policy: Policy) {
  const context = testContext(memoryStorage(), { policy });
  const runner = new Runner(context, services);
  const distribution = distributionOf(context, runner, async () => undefined);
  return { ...facesOf(runner, services), runner, distribution };
}

type Face = 'ecr-public' | 'ecr' | 'distribution';

/** Calls something in a repository that does not exist, and gives what the policy was asked. */
async function askedBy(face: Face, name: string, input: unknown): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const { runner, distribution } = engineWith((one) => void asked.push(one));
  const principal = 'arn:aws:iam::123456789012:user/ci';
  const call =
    face === 'distribution'
      ? (distribution[name as keyof Distribution] as (...given: unknown[]) => Promise<unknown>)(
          ...(input as unknown[]),
          { principal },
        )
      : runner.invoke(face, name, input, { principal });
  await call.catch(() => undefined);
  expect(asked.map(({ caller }) => caller.principal)).toEqual(asked.map(() => principal));
  return asked;
}

const repositoryName = 'team/web';
const at = { host: 'localhost', path: repositoryName };
const uploadId = '00000000-0000-4000-8000-000000000001';

/** A valid input of an operation, as small as may be. */
function inputOf(service: ServiceName, operation: string): unknown {
  const model = models[service];
  const input = sampleOf(model, model.operations[operation]?.input ?? '', 'minimal') as object;
  // The model does not say what an ARN looks like.
  return 'resourceArn' in input ? { ...input, resourceArn: repositoryArn('team/web') } : input;
}

/** The arguments of each method of the distribution protocol, and the actions that it asks for. */
const methods: Record<string, { readonly given: readonly unknown[]; readonly actions: readonly string[] }> = {
  getBlob: { given: [at, unknownDigest], actions: ['GetDownloadUrlForLayer'] },
  checkBlob: { given: [at, unknownDigest], actions: ['BatchCheckLayerAvailability'] },
  deleteBlob: { given: [at, unknownDigest], actions: ['BatchDeleteImage'] },
  mountBlob: { given: [at, unknownDigest, at], actions: ['InitiateLayerUpload', 'GetDownloadUrlForLayer'] },
  startUpload: { given: [at], actions: ['InitiateLayerUpload'] },
  cancelUpload: { given: [at, uploadId], actions: ['UploadLayerPart'] },
  getUpload: { given: [at, uploadId], actions: ['UploadLayerPart'] },
  appendToUpload: { given: [at, uploadId, 'x'], actions: ['UploadLayerPart'] },
  finishUpload: { given: [at, uploadId, unknownDigest], actions: ['CompleteLayerUpload'] },
  planPieces: { given: [at, uploadId], actions: ['UploadLayerPart'] },
  appendPieces: { given: [at, uploadId, { first: 0, pieces: [] }], actions: ['UploadLayerPart'] },
  locateBlob: { given: [at, unknownDigest], actions: ['GetDownloadUrlForLayer'] },
  putBlob: { given: [at, unknownDigest, 'x'], actions: ['InitiateLayerUpload'] },
  getManifest: { given: [at, 'v1'], actions: ['BatchGetImage'] },
  putManifest: { given: [at, 'v1', { bytes: '{}' }], actions: ['PutImage'] },
  deleteManifest: { given: [at, 'v1'], actions: ['BatchDeleteImage'] },
  getReferrers: { given: [at, unknownDigest], actions: ['ListImages'] },
  listReferrers: { given: [at, unknownDigest], actions: ['ListImages'] },
  getTags: { given: [at], actions: ['ListImages'] },
  getRepositories: { given: ['localhost'], actions: ['DescribeRepositories'] },
};

/** Methods that open no repository: a place need not exist, a creation asks by its operation, and the others name none. */
const withoutDoor = ['locate', 'ensureRepository', 'kindOfHost', 'checkPlace', 'grantToken', 'openToken', 'getLogo'];

describe('the door', () => {
  it('is gone through by each operation, with the name of its action', async () => {
    for (const { name: service, operations } of services) {
      for (const operation of Object.keys(operations)) {
        const asked = await askedBy(service, operation, inputOf(service, operation));
        expect(
          asked.map(({ action }) => action),
          `${service} ${operation}`,
        ).toEqual([operation]);
        expect(asked[0]?.registry, operation).toMatchObject({ kind: service === 'ecr' ? 'private' : 'public' });
      }
    }
  });

  it('is gone through by each method of the distribution protocol, with the name that IAM gives it', async () => {
    const { distribution } = engineWith(() => undefined);
    expect([...Object.keys(methods), ...withoutDoor].sort()).toEqual(Object.keys(distribution).sort());
    for (const [name, { given, actions }] of Object.entries(methods)) {
      const asked = await askedBy('distribution', name, given);
      expect(
        asked.map(({ action }) => action),
        name,
      ).toEqual(actions);
    }
  });

  it('asks for each action of a blob that is put in one go', async () => {
    const asked: string[] = [];
    const { ecr, distribution } = engineWith(({ action }) => void asked.push(action));
    await ecr.createRepository({ repositoryName });
    await distribution.putBlob(at, unknownDigest, 'x').catch(() => undefined);
    expect(asked).toEqual(['CreateRepository', 'InitiateLayerUpload', 'UploadLayerPart', 'CompleteLayerUpload']);
  });

  it('is asked for the creation of a repository on behalf of the one who pushes, whoever owns the registry', async () => {
    const engine = createEngine({ storage: memoryStorage(), services });
    const asked: Asked[] = [];
    Object.assign(internalsOf(engine)?.context ?? {}, { policy: (one: Asked) => void asked.push(one) });
    const principal = 'arn:aws:iam::111111111111:user/eve';
    const theirs = { registry: publicRegistry('999999999999'), name: 'web' };
    await engine.distribution.ensureRepository(theirs, { accountId: '111111111111', principal });
    // The push asks first, and the operation that creates the repository asks again.
    const creation = ['CreateRepository', principal, '999999999999', 'web'];
    expect(
      asked.map(({ action, caller, registry, name }) => [action, caller.principal, registry.accountId, name]),
    ).toEqual([creation, creation]);
  });

  it.each([undefined, null, 'team/web', {}, { host: 'localhost' }, { name: 'web' }])(
    'is not reached with the place %j',
    async (place) => {
      const { distribution } = engineWith(() => expect.fail('asked'));
      const call = distribution.getTags(place as Place);
      await expect(call).rejects.toThrow(
        /^The repository for getTags\(\) must be \{ host, path \} or the result of locate\(\), not \w+$/,
      );
      await expect(call).rejects.toBeInstanceOf(TypeError);
    },
  );

  it('is not reached with options that are none', async () => {
    const { distribution } = engineWith(() => expect.fail('asked'));
    const call = distribution.startUpload(at, 'sha512' as unknown as object);
    await expect(call).rejects.toThrow(
      new TypeError('The last argument of startUpload() must be an object of options, not String'),
    );
  });

  it('lets nobody in whom the policy refuses, and shows the policy the repository', async () => {
    const seen: (string | undefined)[] = [];
    const { ecr, distribution } = engineWith(({ action, repository }) => {
      seen.push(repository?.repositoryName);
      if (action === 'PutImage') throw new Error('not you');
    });
    await ecr.createRepository({ repositoryName });
    await expect(distribution.putManifest(at, 'v1', { bytes: '{}' })).rejects.toMatchObject({
      cause: { message: 'not you' },
    });
    expect(seen).toEqual([undefined, repositoryName]);
  });

  it('is the only place that reads the record of a repository', () => {
    const others = [
      // These write it, too.
      'domain/repositories/create.ts',
      // These read the whole storage, for no particular caller.
      'domain/garbage',
      'storage/',
      // This makes the key at which a page begins.
      'distribution/catalog.ts',
    ];
    const root = new URL('..', import.meta.url);
    const readers = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
      (file) =>
        file.endsWith('.ts') &&
        !file.endsWith('.test.ts') &&
        /keys\.repositor(?:y|ies)\b|kinds\.repository\b|'repository\//.test(readFileSync(new URL(file, root), 'utf8')),
    );
    expect(readers.filter((file) => !others.some((one) => file.startsWith(one))).sort()).toEqual([
      'access/door.ts',
      'access/place.ts',
    ]);
  });
});
