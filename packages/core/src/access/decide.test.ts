import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { account, testClock } from '../../test-support/registry.ts';
import type { CallOptions } from '../operations/implementation.ts';
import { createEngine, type Engine } from '../registry.ts';
import { ecr } from '../services/ecr.ts';
import { ecrPublic } from '../services/ecr-public.ts';
import { repositoryPolicies } from './decide.ts';
import type { Identity, Right, Visitor } from './identity.ts';

const name = 'team/web';
const other = '999999999999';
const alias = 'acme';
const blob = { bytes: '{}', digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a' };

const owner: Identity = { kind: 'account', accountId: account, arn: `arn:aws:iam::${account}:user/ci` };
const stranger: Identity = { kind: 'account', accountId: other, arn: `arn:aws:iam::${other}:role/deploy` };
const user = (...rights: Right[]): Identity => ({ kind: 'user', name: 'alice', rights });
const nobody: Identity = { kind: 'anonymous' };

const as = (identity: Identity, more: Omit<Visitor, 'identity'> = {}): CallOptions => ({
  visitor: { identity, ...more },
});

const inPrivate = { host: `${account}.dkr.ecr.us-east-1.amazonaws.com`, path: name };
const inPublic = { host: 'public.ecr.aws', path: `${alias}/${name}` };

async function engineWith(policy?: object): Promise<Engine> {
  const engine = createEngine({
    storage: memoryStorage(),
    services: [ecrPublic, ecr],
    access: repositoryPolicies,
    clock: testClock(),
    registryAlias: alias,
    accountId: account,
  });
  await engine.ecr.createRepository({ repositoryName: name });
  await engine.ecrPublic.createRepository({ repositoryName: name });
  for (const at of [inPrivate, inPublic]) await engine.distribution.putBlob(at, blob.digest, blob.bytes);
  if (policy) await engine.ecrPublic.setRepositoryPolicy({ repositoryName: name, policyText: JSON.stringify(policy) });
  return engine;
}

const statement = (Effect: 'Allow' | 'Deny', Principal: unknown, Action: string | string[], more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect, Principal, Action, ...more }],
});

const pull = (engine: Engine, at: typeof inPublic, options: CallOptions) =>
  engine.distribution.getBlob(at, blob.digest, options).then(
    () => 'allowed',
    ({ ociCode, message }) => `${ociCode}: ${message}`,
  );
const push = (engine: Engine, at: typeof inPublic, options: CallOptions) =>
  engine.distribution.startUpload(at, options).then(
    () => 'allowed',
    ({ ociCode, message }) => `${ociCode}: ${message}`,
  );

const login = 'UNAUTHORIZED: Authentication is required: log in to the registry, for example with docker login';
const privateArn = `arn:aws:ecr:us-east-1:${account}:repository/${name}`;
const publicArn = `arn:aws:ecr-public::${account}:repository/${name}`;

describe('an engine without an access check', () => {
  it('refuses every call of a request to a closed server', async () => {
    const engine = createEngine({ storage: memoryStorage(), services: [ecr] });
    await engine.ecr.createRepository({ repositoryName: name });
    const call = engine.ecr.describeRepositories({}, as(owner));
    await expect(call).rejects.toMatchObject({
      fault: 'server',
      cause: { message: expect.stringContaining('pass `access: repositoryPolicies` to createEngine()') },
    });
  });
});

describe('the access check', () => {
  it('allows everything to the program itself, whatever the policy of the repository says', async () => {
    const engine = await engineWith(statement('Deny', '*', 'ecr-public:*'));
    expect(await pull(engine, inPublic, {})).toBe('allowed');
    expect(await push(engine, inPublic, {})).toBe('allowed');
  });

  it('allows the account of the registry, unless the policy denies it', async () => {
    const engine = await engineWith(statement('Deny', { AWS: account }, 'ecr-public:InitiateLayerUpload'));
    expect(await pull(engine, inPublic, as(owner))).toBe('allowed');
    expect(await push(engine, inPrivate, as(owner))).toBe('allowed');
    expect(await push(engine, inPublic, as(owner))).toBe(
      `DENIED: User: arn:aws:iam::${account}:user/ci is not authorized to perform: ecr-public:InitiateLayerUpload on resource: ${publicArn} with an explicit deny in a resource-based policy`,
    );
  });

  it('refuses another account, unless the policy allows it', async () => {
    const engine = await engineWith(statement('Allow', { AWS: other }, 'ecr-public:GetDownloadUrlForLayer'));
    expect(await pull(engine, inPublic, as(stranger))).toBe('allowed');
    expect(await push(engine, inPublic, as(stranger))).toMatch(/^DENIED: .* because no resource-based policy allows/);
    expect(await pull(engine, inPrivate, as(stranger))).toBe(
      `DENIED: User: arn:aws:iam::${other}:role/deploy is not authorized to perform: ecr:GetDownloadUrlForLayer on resource: ${privateArn} because no resource-based policy allows the ecr:GetDownloadUrlForLayer action`,
    );
  });

  it('does not tell another account whether a repository exists', async () => {
    const engine = await engineWith();
    const missing = { ...inPrivate, path: 'not/there' };
    for (const call of [pull, push]) {
      const [there, absent] = [await call(engine, inPrivate, as(stranger)), await call(engine, missing, as(stranger))];
      expect(absent).toBe(there.replaceAll(name, 'not/there'));
    }
    const denied = await engineWith(statement('Deny', '*', 'ecr-public:*'));
    const long = { conditions: { 'aws:UserAgent': 'x'.repeat(1025) } };
    for (const options of [as(stranger), as(stranger, long)]) {
      const there = await pull(denied, inPublic, options);
      const absent = await pull(denied, { ...inPublic, path: `${alias}/not/there` }, options);
      expect(absent).toBe(there.replaceAll(name, 'not/there'));
    }
    for (const path of [name, 'not/there']) {
      await engine.distribution.ensureRepository({ ...inPrivate, path }, as(stranger));
    }
    const { repositories } = await engine.ecr.describeRepositories({});
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual([name]);
  });

  it.each<[Right[], boolean, boolean]>([
    [['pull'], true, false],
    [['push'], false, true],
    [['pull', 'push'], true, true],
  ])('gives a user with %j these rights, in repositories of the own account', async (rights, mayPull, mayPush) => {
    const engine = await engineWith();
    const elsewhere = { ...inPrivate, host: `${other}.dkr.ecr.us-east-1.amazonaws.com` };
    const lacks = (right: string) => `because the user does not have the right '${right}'`;
    for (const at of [inPrivate, inPublic]) {
      expect(await pull(engine, at, as(user(...rights)))).toEqual(
        mayPull ? 'allowed' : expect.stringContaining(lacks('pull')),
      );
      expect(await push(engine, at, as(user(...rights)))).toEqual(
        mayPush ? 'allowed' : expect.stringContaining(lacks('push')),
      );
    }
    expect(await pull(engine, elsewhere, as(user('pull')))).toMatch(
      /because the repository belongs to another account$/,
    );
  });

  it('lets a policy deny an action to a user, and does not let it give a right', async () => {
    const arn = `arn:aws:iam::${account}:user/alice`;
    const denied = await engineWith(statement('Deny', { AWS: arn }, 'ecr-public:GetDownloadUrlForLayer'));
    expect(await pull(denied, inPublic, as(user('pull')))).toMatch(/^DENIED: User: alice .* with an explicit deny/);
    const allowed = await engineWith(statement('Allow', '*', 'ecr-public:*'));
    expect(await push(allowed, inPublic, as(user('pull')))).toMatch(/does not have the right 'push'$/);
  });

  it('lets callers without credentials pull public images only, if this is allowed', async () => {
    const engine = await engineWith();
    const open = as(nobody, { publicPulls: true });
    expect(await pull(engine, inPublic, open)).toBe('allowed');
    expect(await push(engine, inPublic, open)).toBe(login);
    expect(await pull(engine, inPrivate, open)).toBe(login);
    expect(await pull(engine, inPublic, as(nobody))).toBe(login);
    expect(await pull(engine, inPublic, as(stranger, { publicPulls: true }))).toBe('allowed');
    const closed = await engineWith(statement('Deny', '*', 'ecr-public:*'));
    expect(await pull(closed, inPublic, open)).toBe(login);
  });

  it('lets no policy allow callers without credentials anything', async () => {
    const engine = await engineWith(statement('Allow', '*', '*'));
    expect(await push(engine, inPublic, as(nobody, { publicPulls: true }))).toBe(login);
    expect(await pull(engine, inPublic, as(nobody))).toBe(login);
  });

  it('applies a changed policy to the next call', async () => {
    const engine = await engineWith(statement('Allow', { AWS: other }, 'ecr-public:GetDownloadUrlForLayer'));
    expect(await pull(engine, inPublic, as(stranger))).toBe('allowed');
    await engine.ecrPublic.deleteRepositoryPolicy({ repositoryName: name });
    expect(await pull(engine, inPublic, as(stranger))).toMatch(/^DENIED/);
  });

  it('sees the condition keys of the request', async () => {
    const Condition = { IpAddress: { 'aws:SourceIp': '192.0.2.0/24' } };
    const engine = await engineWith(statement('Deny', '*', 'ecr-public:*', { Condition }));
    const from = (address: string) => as(owner, { conditions: { 'aws:SourceIp': address } });
    expect(await pull(engine, inPublic, from('192.0.2.7'))).toMatch(/with an explicit deny/);
    expect(await pull(engine, inPublic, from('198.51.100.7'))).toBe('allowed');
    expect(await pull(engine, inPublic, as(owner, { conditions: { 'aws:UserAgent': 'x'.repeat(1025) } }))).toMatch(
      /because the value of aws:UserAgent is longer than 1024 characters$/,
    );
  });

  it('limits a token to its scopes', async () => {
    const engine = await engineWith();
    const scoped = (repository: string, ...rights: Right[]) => as(owner, { scopes: [{ repository, rights }] });
    expect(await pull(engine, inPrivate, scoped(name, 'pull'))).toBe('allowed');
    expect(await pull(engine, inPublic, scoped(`${alias}/${name}`, 'pull'))).toBe('allowed');
    expect(await push(engine, inPrivate, scoped(name, 'pull'))).toBe(
      `UNAUTHORIZED: The token does not allow InitiateLayerUpload in ${name}: request a token with a scope for this repository and action`,
    );
    expect(await pull(engine, inPublic, scoped(name, 'pull'))).toMatch(/^UNAUTHORIZED/);
    expect(await pull(engine, inPrivate, scoped(`${name}2`, 'pull'))).toMatch(/^UNAUTHORIZED/);
    const list = (options: CallOptions) => engine.distribution.getRepositories(inPrivate.host, options);
    await expect(list(scoped(name, 'pull', 'push'))).rejects.toMatchObject({ ociCode: 'UNAUTHORIZED' });
    expect(await list(scoped('_catalog', 'pull'))).toMatchObject({ repositories: [name] });
  });

  it('limits a token to its service', async () => {
    const engine = await engineWith();
    const token = (service: 'ecr' | 'ecr-public') => as(owner, { service });
    expect(await pull(engine, inPrivate, token('ecr'))).toBe('allowed');
    expect(await pull(engine, inPublic, token('ecr-public'))).toBe('allowed');
    expect(await pull(engine, inPublic, token('ecr'))).toBe(
      'UNAUTHORIZED: The token comes from GetAuthorizationToken of ecr, and this repository needs a token of ecr-public',
    );
    expect(await pull(engine, inPrivate, token('ecr-public'))).toMatch(/^UNAUTHORIZED/);
  });

  it('lets a push create a repository only if the caller may create it', async () => {
    const engine = await engineWith();
    const made = async (path: string, options: CallOptions) => {
      await engine.distribution.ensureRepository({ ...inPrivate, path }, options);
      return engine.ecr.describeRepositories({ repositoryNames: [path] }).then(
        () => true,
        () => false,
      );
    };
    expect(await made('a1', as(owner))).toBe(true);
    expect(await made('a2', as(user('push')))).toBe(true);
    expect(await made('a3', as(user('pull')))).toBe(false);
    expect(await made('a4', as(stranger))).toBe(false);
    expect(await made('a5', as(nobody, { publicPulls: true }))).toBe(false);
    expect(await made('a6', as(owner, { scopes: [{ repository: 'a6', rights: ['push'] }] }))).toBe(true);
    expect(await made('a7', as(owner, { scopes: [{ repository: 'a8', rights: ['push'] }] }))).toBe(false);
  });

  it('refuses a policy that would lock its author out, unless the author forces it', async () => {
    const engine = await engineWith();
    const policyText = JSON.stringify(statement('Deny', '*', 'ecr-public:*'));
    const set = (force?: boolean) =>
      engine.ecrPublic.setRepositoryPolicy({ repositoryName: name, policyText, force }, as(owner));
    await expect(set()).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message:
        "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'The policy would deny you SetRepositoryPolicy: set 'force' to true to set it'",
    });
    await set(true);
    await expect(set(true)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });
});
