import { CreateRepositoryCommand, DescribeRepositoriesCommand } from '@aws-sdk/client-ecr-public';
import { type NetworkFailure, networkError } from '@coracle/registry';
import { describe, expect, it, onTestFinished } from 'vitest';
import { connect, ways } from './clients.ts';

const failures: NetworkFailure[] = ['ECONNRESET', 'ENOTFOUND', 'timeout', 'aborted'];

describe.each(ways)('a client that makes three attempts, %s', (way) => {
  async function connected() {
    const clients = await connect(way, { maxAttempts: 3 });
    onTestFinished(() => clients.close());
    return clients;
  }

  it.each(failures)('succeeds after two failures by %s', async (failure) => {
    const { registry, ecrPublic } = await connected();
    const seen = registry.intercept('DescribeRepositories', { fail: networkError(failure), times: 2 });
    const { repositories, $metadata } = await ecrPublic.send(new DescribeRepositoriesCommand({}));
    expect(repositories).toEqual([]);
    expect($metadata.attempts).toBe(3);
    expect(seen.calls).toHaveLength(3);
  });

  it('gives up after three', async () => {
    const { registry, ecrPublic } = await connected();
    const seen = registry.intercept('DescribeRepositories', { fail: () => networkError('ECONNRESET') });
    await expect(ecrPublic.send(new DescribeRepositoriesCommand({}))).rejects.toMatchObject({
      name: 'TimeoutError',
      code: 'ECONNRESET',
      $metadata: { attempts: 3 },
    });
    expect(seen.calls).toHaveLength(3);
  });

  it('finds that the call whose answer broke off was carried out', async () => {
    const { registry, ecrPublic } = await connected();
    const seen = registry.intercept('CreateRepository', { fail: networkError('aborted'), times: 1 });
    await expect(ecrPublic.send(new CreateRepositoryCommand({ repositoryName: 'web' }))).rejects.toMatchObject({
      name: 'RepositoryAlreadyExistsException',
      $metadata: { attempts: 2 },
    });
    expect(seen.calls).toHaveLength(2);
  });
});
