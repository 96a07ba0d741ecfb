import { describe, expect, it } from 'vitest';
import { account, emptyRegistry } from '../../test-support/registry.ts';

const hostIn = (region: string) => `${account}.dkr.ecr.${region}.amazonaws.com`;

async function open() {
  const registry = emptyRegistry();
  for (const repositoryName of ['cc', 'aa', 'team/web']) await registry.ecr.createRepository({ repositoryName });
  await registry.ecrPublic.createRepository({ repositoryName: 'open' });
  return registry.distribution;
}

describe('the repositories of a private registry', () => {
  it('are listed by name, for its own host and for any other', async () => {
    const distribution = await open();
    for (const host of [hostIn('us-east-1'), 'localhost:4747']) {
      expect(await distribution.getRepositories(host)).toEqual({ repositories: ['aa', 'cc', 'team/web'], more: false });
    }
  });

  it('are those of the caller’s region', async () => {
    const distribution = await open();
    const none = { repositories: [], more: false };
    expect(await distribution.getRepositories('localhost', { region: 'eu-west-1' })).toEqual(none);
    expect(await distribution.getRepositories(hostIn('eu-west-1'))).toEqual(none);
    expect(await distribution.getRepositories('public.ecr.aws')).toEqual(none);
  });

  it('come in pages', async () => {
    const distribution = await open();
    expect(await distribution.getRepositories('localhost', { most: 2 })).toEqual({
      repositories: ['aa', 'cc'],
      more: true,
    });
    expect(await distribution.getRepositories('localhost', { most: 2, last: 'cc' })).toEqual({
      repositories: ['team/web'],
      more: false,
    });
    expect(await distribution.getRepositories('localhost', { most: 0 })).toEqual({ repositories: [], more: false });
  });
});
