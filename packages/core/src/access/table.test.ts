import { memoryStorage } from '@coracle/storage-memory';
import { beforeAll, describe, expect, it } from 'vitest';
import { models, sampleOf } from '../../test-support/model-cases.ts';
import { account, otherAccount, repositoryArn, testClock, unknownDigest } from '../../test-support/registry.ts';
import { setPolicy } from '../domain/repositories/policies.ts';
import { internalsOf } from '../engine/internals.ts';
import type { ServiceName } from '../model/index.ts';
import type { CallOptions } from '../operations/implementation.ts';
import { createEngine, type Engine } from '../registry.ts';
import { ecr } from '../services/ecr.ts';
import { ecrPublic } from '../services/ecr-public.ts';
import { repositoryPolicies } from './decide.ts';
import { open } from './door.ts';
import type { Identity, Visitor } from './identity.ts';

// Each operation and each method of `/v2/` for each kind of caller. The rules are written here once more, by the names of
// the operations and methods and not by the tables of the access check.

const repositoryName = 'team/web';
const alias = 'acme';
const uploadId = '00000000-0000-4000-8000-000000000001';
const manifest = { bytes: '{}', mediaType: 'application/vnd.oci.image.manifest.v1+json' };

const inPrivate = { host: `${account}.dkr.ecr.us-east-1.amazonaws.com`, path: repositoryName };
const inPublic = { host: 'public.ecr.aws', path: `${alias}/${repositoryName}` };
type Kind = 'public' | 'private';
const places = { public: inPublic, private: inPrivate };

/** The methods of `/v2/`, with their arguments after the repository. */
const pulls = {
  getManifest: ['v1'],
  getBlob: [unknownDigest],
  locateBlob: [unknownDigest],
  checkBlob: [unknownDigest],
  getTags: [],
  getReferrers: [unknownDigest],
  listReferrers: [unknownDigest],
};
const pushes = {
  startUpload: [],
  getUpload: [uploadId],
  planPieces: [uploadId],
  appendPieces: [uploadId, { first: 0, pieces: [] }],
  appendToUpload: [uploadId, 'x'],
  finishUpload: [uploadId, unknownDigest],
  cancelUpload: [uploadId],
  putBlob: [unknownDigest, 'x'],
  putManifest: ['v1', manifest],
  mountBlob: [unknownDigest, inPrivate],
  deleteManifest: ['v1'],
  deleteBlob: [unknownDigest],
};
/** A user with `push` alone may look for these before a push. */
const lookups = ['getManifest', 'checkBlob'];

/** The operations that are about a registry. Without `registryId`, they are about the caller's own registry. */
const ofOwnRegistry = [
  'DescribeRegistries',
  'GetAuthorizationToken',
  'GetRegistryCatalogData',
  'PutRegistryCatalogData',
];
const isOfRegistry = (operation: string) =>
  ofOwnRegistry.includes(operation) || operation === 'CreateRepository' || operation === 'DescribeRepositories';
/** The operations that take no `registryId`, and so never reach the registry of another account. */
const staysAtHome = (service: ServiceName, operation: string) =>
  ofOwnRegistry.includes(operation) || (service === 'ecr-public' && operation === 'CreateRepository');

const owner: Identity = { kind: 'account', accountId: account, arn: `arn:aws:iam::${account}:user/ci` };
const other: Identity = { kind: 'account', accountId: otherAccount, arn: `arn:aws:iam::${otherAccount}:role/deploy` };

interface Who {
  readonly policy?: 'Allow' | 'Deny';
  readonly visitor?: Visitor;
  readonly accountId?: string;
  readonly mayCall: (service: ServiceName, operation: string) => boolean;
  readonly mayPull: (kind: Kind, method: string) => boolean;
  readonly mayPush: (kind: Kind) => boolean;
}

const callers: Record<string, Who> = {
  'the program itself': { policy: 'Deny', mayCall: () => true, mayPull: () => true, mayPush: () => true },
  'the account of the registry': {
    visitor: { identity: owner },
    mayCall: () => true,
    mayPull: () => true,
    mayPush: () => true,
  },
  'the account of the registry, which a policy denies everything': {
    policy: 'Deny',
    visitor: { identity: owner },
    mayCall: (_, operation) => isOfRegistry(operation),
    mayPull: () => false,
    mayPush: () => false,
  },
  'another account': {
    visitor: { identity: other },
    accountId: otherAccount,
    mayCall: staysAtHome,
    mayPull: () => false,
    mayPush: () => false,
  },
  'another account, which a policy allows everything': {
    policy: 'Allow',
    visitor: { identity: other },
    accountId: otherAccount,
    mayCall: (service, operation) => !isOfRegistry(operation) || staysAtHome(service, operation),
    mayPull: () => true,
    mayPush: () => true,
  },
  'another account, if everyone may pull public images': {
    visitor: { identity: other, publicPulls: true },
    accountId: otherAccount,
    mayCall: (service, operation) => staysAtHome(service, operation) || operation === 'BatchCheckLayerAvailability',
    mayPull: (kind) => kind === 'public',
    mayPush: () => false,
  },
  'a caller without credentials': {
    visitor: { identity: { kind: 'anonymous' } },
    mayCall: () => false,
    mayPull: () => false,
    mayPush: () => false,
  },
  'a caller without credentials, if everyone may pull public images': {
    visitor: { identity: { kind: 'anonymous' }, publicPulls: true },
    mayCall: (_, operation) => operation === 'BatchCheckLayerAvailability',
    mayPull: (kind) => kind === 'public',
    mayPush: () => false,
  },
  'a caller without credentials, whom a policy allows everything': {
    policy: 'Allow',
    visitor: { identity: { kind: 'anonymous' } },
    mayCall: () => false,
    mayPull: () => false,
    mayPush: () => false,
  },
  'a user that may pull': {
    visitor: { identity: { kind: 'user', name: 'bob', rights: ['pull'] } },
    mayCall: (_, operation) => ['BatchCheckLayerAvailability', 'DescribeRepositories'].includes(operation),
    mayPull: () => true,
    mayPush: () => false,
  },
  'a user that may push': {
    visitor: { identity: { kind: 'user', name: 'eve', rights: ['push'] } },
    mayCall: (_, operation) =>
      [
        'BatchCheckLayerAvailability',
        'BatchDeleteImage',
        'CompleteLayerUpload',
        'CreateRepository',
        'InitiateLayerUpload',
        'PutImage',
        'UploadLayerPart',
      ].includes(operation),
    mayPull: (_, method) => lookups.includes(method),
    mayPush: () => true,
  },
  'a token for ECR Public': {
    visitor: { identity: owner, service: 'ecr-public' },
    mayCall: (service) => service === 'ecr-public',
    mayPull: (kind) => kind === 'public',
    mayPush: (kind) => kind === 'public',
  },
  'a token for Amazon ECR in another region': {
    visitor: { identity: owner, service: 'ecr', region: 'eu-west-1' },
    mayCall: () => false,
    mayPull: () => false,
    mayPush: () => false,
  },
  'a token that may pull from the private repository': {
    visitor: { identity: owner, scopes: [{ repository: repositoryName, rights: ['pull'] }] },
    mayCall: () => false,
    mayPull: (kind) => kind === 'private',
    mayPush: () => false,
  },
};

async function engineWith(policy: 'Allow' | 'Deny' | undefined): Promise<Engine> {
  const engine = createEngine({
    storage: memoryStorage(),
    services: [ecrPublic, ecr],
    access: repositoryPolicies,
    clock: testClock(),
    accountId: account,
    registryAlias: alias,
  });
  await engine.ecr.createRepository({ repositoryName });
  await engine.ecrPublic.createRepository({ repositoryName });
  const { context } = internalsOf(engine) ?? {};
  if (!policy || !context) return engine;
  const statement = { Effect: policy, Principal: '*', Action: '*' } as const;
  const caller = { principal: owner.kind === 'account' ? owner.arn : '', accountId: account, region: 'us-east-1' };
  for (const at of Object.values(places)) {
    const repository = await open(context, caller, 'SetRepositoryPolicy', at);
    await setPolicy(context, repository, { Statement: statement });
  }
  return engine;
}

/** The smallest valid input of an operation that names the registry and the repository of the owner. */
function inputOf(service: ServiceName, operation: string): object {
  const model = models[service];
  const name = model.operations[operation]?.input ?? '';
  const input = sampleOf(model, name, 'minimal') as Record<string, unknown>;
  const members = Object.keys((model.shapes[name] as { members?: object } | undefined)?.members ?? {});
  return {
    ...input,
    ...('resourceArn' in input ? { resourceArn: repositoryArn(repositoryName) } : {}),
    ...('repositoryName' in input && operation !== 'CreateRepository' ? { repositoryName } : {}),
    ...(members.includes('registryId') ? { registryId: account } : {}),
  };
}

/** Returns whether the access check lets a call through. Any other failure comes after the check. */
const isLetIn = (call: Promise<unknown>): Promise<boolean> =>
  call.then(
    () => true,
    (error: { name: string; fault: string }) => {
      if (error.fault === 'server') throw error;
      return error.name !== 'AccessDeniedException';
    },
  );

describe.each(Object.entries(callers))('%s', (_, { policy, visitor, accountId, mayCall, mayPull, mayPush }) => {
  let engine: Engine;
  const options: CallOptions = { visitor, accountId };
  beforeAll(async () => {
    engine = await engineWith(policy);
  });

  const operations = [ecrPublic, ecr].flatMap(({ name, operations }) =>
    Object.keys(operations)
      // These end the repository, or its policy, for the operations after them.
      .sort((one, two) => Number(one.startsWith('Delete')) - Number(two.startsWith('Delete')))
      .map((operation) => [mayCall(name, operation) ? 'may' : 'may not', name, operation] as const),
  );
  it.each(operations)('%s call %s %s', async (may, service, operation) => {
    const fresh = operation.startsWith('Delete') ? await engineWith(policy) : engine;
    const call = fresh.invoke(service, operation, inputOf(service, operation), options);
    expect(await isLetIn(call)).toBe(may === 'may');
  });

  const methods = (['public', 'private'] as const).flatMap((kind) => [
    ...Object.keys(pulls).map((method) => [mayPull(kind, method) ? 'may' : 'may not', method, kind] as const),
    ...Object.keys(pushes).map((method) => [mayPush(kind) ? 'may' : 'may not', method, kind] as const),
  ]);
  it.each(methods)('%s %s in a %s repository', async (may, method, kind) => {
    const given = { ...pulls, ...pushes }[method as keyof typeof pulls & keyof typeof pushes] as readonly unknown[];
    const { [method as 'getTags']: call } = engine.distribution as unknown as Record<
      string,
      (...args: unknown[]) => Promise<unknown>
    >;
    expect(await isLetIn(call?.(places[kind], ...given, options) ?? Promise.reject())).toBe(may === 'may');
  });
});

it('has each method of /v2/ that opens a repository', () => {
  const engine = createEngine({ storage: memoryStorage(), services: [] });
  const others = [
    ...[
      'checkPlace',
      'ensureRepository',
      'getLogo',
      'getRepositories',
      'grantToken',
      'kindOfHost',
      'locate',
      'openToken',
    ],
  ];
  const all = [...Object.keys(pulls), ...Object.keys(pushes), ...others];
  expect(Object.keys(engine.distribution).sort()).toEqual(all.sort());
});
