import { describe, it } from 'vitest';
import {
  account,
  expectInvalid,
  expectRefused,
  otherAccount,
  registryWith,
  repositoryArn,
  repositoryMissing,
  type TestRegistry,
} from './registry.ts';

/** For the three operations on resource tags: which ARNs they take. */
export function itConcernsAnArn(call: (registry: TestRegistry, resourceArn: string) => Promise<unknown>): void {
  describe('the ARN', () => {
    it.each([
      'team/web',
      'arn:aws:ecr-public',
      `arn:aws:ecr:us-east-1:${account}:repository/team/web`,
      `arn:aws:ecr-public:us-east-1:${account}:repository/team/web`,
      `arn:aws-cn:ecr-public::${account}:repository/team/web`,
      `arn:aws:ecr-public::${account}:registry/${account}`,
      'arn:aws:ecr-public::12345678901:repository/team/web',
      `arn:aws:ecr-public::${account}:repository/`,
      `arn:aws:ecr-public::${account}:repository`,
      `${repositoryArn('team/web')}\n`,
      repositoryArn('Team/Web'),
      repositoryArn('tëam/web'),
      repositoryArn('x'.repeat(1000)),
    ])('%j is invalid', async (resourceArn) => {
      const registry = await registryWith(['team/web']);
      await expectInvalid(registry, () => call(registry, resourceArn), 'resourceArn', 'Invalid ARN');
    });

    it.each([account, otherAccount])('must be of a repository that is there, in the account %s', async (accountId) => {
      const registry = await registryWith(['team/web']);
      await expectRefused(
        registry,
        () => call(registry, repositoryArn('team/ghost', accountId)),
        'RepositoryNotFoundException',
        repositoryMissing('team/ghost', accountId),
      );
    });

    it.each([
      ['', 'Member must have length greater than or equal to 1'],
      ['x'.repeat(2049), 'Member must have length less than or equal to 2048'],
    ])('must be of a right length (%#)', async (resourceArn, constraint) => {
      const registry = await registryWith(['team/web']);
      await expectInvalid(registry, () => call(registry, resourceArn), 'resourceArn', constraint);
    });
  });
}
