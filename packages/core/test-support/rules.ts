import { describe, expect, it } from 'vitest';
import type { CallOptions } from '../src/index.ts';
import {
  account,
  defaultAlias,
  emptyRegistry,
  expectInvalid,
  expectRefused,
  otherAccount,
  refusalOf,
  registryWith,
  repositoryMissing,
  type TestRegistry,
} from './registry.ts';

/** Tests of rules that many operations of ECR Public share. Each operation's own test file calls them. */

export interface Target {
  readonly repositoryName: string;
  readonly registryId?: string;
}

export type RepositoryCall = (registry: TestRegistry, target: Target, options?: CallOptions) => Promise<unknown>;

const accountPattern = "must satisfy regular expression '[0-9]{12}'";

/** For an operation on one repository: when the repository is not found, and what may stand as `registryId`. */
export function itConcernsARepository(
  call: RepositoryCall,
  { takesAliases, knowsRegistries }: { takesAliases: boolean; knowsRegistries: boolean },
): void {
  describe('the repository', () => {
    it('must exist', async () => {
      const registry = await registryWith(['team/api']);
      await expectRefused(
        registry,
        () => call(registry, { repositoryName: 'team/web' }),
        'RepositoryNotFoundException',
        repositoryMissing('team/web'),
      );
    });

    it('is looked for in the account that registryId names', async () => {
      const registry = await registryWith(['team/web']);
      await registry.ecrPublic.createRepository({ repositoryName: 'theirs' }, { accountId: otherAccount });
      await expectRefused(
        registry,
        () => call(registry, { repositoryName: 'team/web', registryId: otherAccount }),
        'RepositoryNotFoundException',
        repositoryMissing('team/web', otherAccount),
      );
    });

    it("is looked for in the caller's own account", async () => {
      const registry = await registryWith(['team/web']);
      await expectRefused(
        registry,
        () => call(registry, { repositoryName: 'team/web' }, { accountId: otherAccount }),
        'RepositoryNotFoundException',
        repositoryMissing('team/web', otherAccount),
      );
    });

    it('must have a name of the right form', async () => {
      const registry = await registryWith(['team/web']);
      const pattern = '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*';
      await expectInvalid(
        registry,
        () => call(registry, { repositoryName: 'Team/Web' }),
        'repositoryName',
        `must satisfy regular expression '${pattern}'`,
      );
    });

    it(`is ${knowsRegistries ? 'in no known registry' : 'not found'} where the account has never had one`, async () => {
      const registry = await registryWith(['team/web']);
      const target = { repositoryName: 'team/web', registryId: '999999999999' };
      const [name, message] = knowsRegistries
        ? ['RegistryNotFoundException', "The registry with id '999999999999' does not exist"]
        : ['RepositoryNotFoundException', repositoryMissing('team/web', '999999999999')];
      await expectRefused(registry, () => call(registry, target), name ?? '', message ?? '');
    });

    if (takesAliases) itTakesAliases(call);
    else {
      it.each([defaultAlias, '12345678901', '1234567890123', ''])(
        'is not named by the registryId %j',
        async (registryId) => {
          const registry = await registryWith(['team/web']);
          await expectInvalid(
            registry,
            () => call(registry, { repositoryName: 'team/web', registryId }),
            'registryId',
            accountPattern,
          );
        },
      );
    }
  });
}

function itTakesAliases(call: RepositoryCall): void {
  it('is found by the alias of its registry', async () => {
    const registry = await registryWith(['team/web'], { registryAlias: 'acme' });
    for (const registryId of [defaultAlias, 'acme', account]) {
      // Found, whatever else is wrong with the call.
      const refusal = await call(registry, { repositoryName: 'team/web', registryId }).catch(
        (error: Error) => error.name,
      );
      expect(['RepositoryNotFoundException', 'RegistryNotFoundException']).not.toContain(refusal);
    }
  });

  it("is found by another account's alias", async () => {
    const registry = await registryWith(['team/web']);
    await registry.ecrPublic.createRepository({ repositoryName: 'theirs' }, { accountId: otherAccount });
    await registry.engine.setPublicRegistry({ accountId: otherAccount, alias: 'others' });
    const refusal = await call(registry, { repositoryName: 'theirs', registryId: 'others' }).catch(
      (error: Error) => error.name,
    );
    expect(refusal).not.toBe('RepositoryNotFoundException');
    expect(await refusalOf(call(registry, { repositoryName: 'team/web', registryId: 'others' }))).toEqual({
      name: 'RepositoryNotFoundException',
      message: repositoryMissing('team/web', 'others'),
    });
  });

  it.each(['nobodys', 'Not An Alias', 'ünïcode', 'a/b', 'x'.repeat(50)])(
    'is not found in a registry with the unknown alias %j, which the text repeats',
    async (registryId) => {
      const registry = await registryWith(['team/web']);
      await expectRefused(
        registry,
        () => call(registry, { repositoryName: 'team/web', registryId }),
        'RepositoryNotFoundException',
        repositoryMissing('team/web', registryId),
      );
    },
  );

  it.each([
    ['x', 'Member must have length greater than or equal to 2'],
    ['x'.repeat(51), 'Member must have length less than or equal to 50'],
  ])('is not named by the registryId %j', async (registryId, constraint) => {
    const registry = await registryWith(['team/web']);
    await expectInvalid(
      registry,
      () => call(registry, { repositoryName: 'team/web', registryId }),
      'registryId',
      constraint,
    );
  });
}

/** For an operation that ECR Public only has in us-east-1. */
export function itIsRefusedElsewhere(
  operation: string,
  call: (registry: TestRegistry, options: CallOptions) => Promise<unknown>,
): void {
  it('is not supported outside us-east-1, and says so before anything else', async () => {
    const registry = emptyRegistry();
    await expectRefused(
      registry,
      () => call(registry, { region: 'us-west-2' }),
      'UnsupportedCommandException',
      `${operation} command is only supported in us-east-1.`,
    );
  });

  it('is supported in us-east-1, whatever region the engine calls its own', async () => {
    const registry = emptyRegistry({ region: 'eu-central-1' });
    for (const options of [{}, { region: 'us-east-1' }]) {
      const refusal = await call(registry, options).catch((error: Error) => error.name);
      expect(refusal).not.toBe('UnsupportedCommandException');
    }
  });
}

/** For an operation on layers or images, which the second region of ECR Public has too. */
export function itWorksElsewhere(call: RepositoryCall): void {
  it('is supported outside us-east-1, on the same repositories', async () => {
    const registry = await registryWith(['team/web']);
    const options = { region: 'us-west-2' };
    const refusal = await call(registry, { repositoryName: 'team/web' }, options).catch((error: Error) => error.name);
    expect(['UnsupportedCommandException', 'RepositoryNotFoundException']).not.toContain(refusal);
  });
}
