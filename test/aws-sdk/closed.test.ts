import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRClient } from '@aws-sdk/client-ecr';
import { DescribeRegistriesCommand, ECRPUBLICClient, SetRepositoryPolicyCommand } from '@aws-sdk/client-ecr-public';
import { serve } from '@coracle/cli';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bundled } from '../workers/bundle.ts';
import { describeWithWorkerd, startWorker } from '../workers/miniflare.ts';

const key = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const other = { accessKeyId: 'AKIDOTHER', secretAccessKey: 'x'.repeat(40) };

const clientOf = (endpoint: string, credentials = key) =>
  new ECRClient({ endpoint, credentials, region: 'us-east-1', maxAttempts: 1 });

async function closedServer(): Promise<string> {
  const keys = [key, { ...other, accountId: '999999999999' }];
  const server = await serve({ port: 0, access: { keys } });
  onTestFinished(() => server.close({ within: 0 }));
  return server.url;
}

describe('the AWS SDK on a closed server', () => {
  it('is answered with its access key, and refused with another one or another secret', async () => {
    const url = await closedServer();
    const { repository } = await clientOf(url).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    expect(repository?.registryId).toBe('123456789012');
    const list = (credentials: typeof key) => clientOf(url, credentials).send(new DescribeRepositoriesCommand({}));
    await expect(list({ ...key, accessKeyId: 'AKIDNOBODY' })).rejects.toMatchObject({
      name: 'UnrecognizedClientException',
    });
    await expect(list({ ...key, secretAccessKey: 'wrong' })).rejects.toMatchObject({
      name: 'InvalidSignatureException',
    });
    expect((await list(other)).repositories).toEqual([]);
  });

  it('is refused in the repository of another account, and does not learn what exists', async () => {
    const url = await closedServer();
    const config = { endpoint: url, region: 'us-east-1', maxAttempts: 1 };
    const ours = new ECRPUBLICClient({ ...config, credentials: key });
    const { registries } = await ours.send(new DescribeRegistriesCommand({}));
    expect(registries).toHaveLength(1);
    const seen = (names: string[]) =>
      clientOf(url, other).send(
        new DescribeRepositoriesCommand({ registryId: '123456789012', repositoryNames: names }),
      );
    await clientOf(url).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    for (const name of ['web', 'not/there']) {
      await expect(seen([name])).rejects.toMatchObject({ name: 'AccessDeniedException', $fault: 'client' });
    }
    const policy = new SetRepositoryPolicyCommand({
      repositoryName: 'ghost',
      policyText: '{}',
      registryId: '123456789012',
    });
    const theirs = new ECRPUBLICClient({ ...config, credentials: other });
    await expect(theirs.send(policy)).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  it('in the process of the registry needs no access key, because it is the program itself', async () => {
    const registry = createRegistry({ access: { keys: [key] } });
    const client = new ECRClient(awsSdk(registry));
    await client.send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toHaveLength(1);
  });
});

describeWithWorkerd('the AWS SDK on a closed Worker', () => {
  it('is answered with its access key, and refused with another secret', async () => {
    const bindings = {
      STORAGE: 'object',
      AWS_ACCESS_KEY_ID: key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: key.secretAccessKey,
    };
    const worker = startWorker(await bundled(new URL('../conformance/closed-worker.ts', import.meta.url)), {
      bindings,
      r2Buckets: ['PIECES'],
      durableObjects: { REGISTRY: { className: 'CoracleRegistry', useSQLite: true } },
    });
    onTestFinished(() => worker.dispose());
    const url = String(await worker.ready);
    await clientOf(url).send(new CreateRepositoryCommand({ repositoryName: 'web' }));
    const { repositories } = await clientOf(url).send(new DescribeRepositoriesCommand({}));
    expect(repositories?.map(({ repositoryName }) => repositoryName)).toEqual(['web']);
    expect(repositories?.[0]?.createdAt).toBeInstanceOf(Date);
    const wrong = clientOf(url, { ...key, secretAccessKey: 'wrong' }).send(new DescribeRepositoriesCommand({}));
    await expect(wrong).rejects.toMatchObject({ name: 'InvalidSignatureException' });
    const missing = clientOf(url).send(new DescribeRepositoriesCommand({ repositoryNames: ['ghost'] }));
    await expect(missing).rejects.toMatchObject({ name: 'RepositoryNotFoundException' });
  });
});
