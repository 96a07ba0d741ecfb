import { expect, test } from 'bun:test';
import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';

test('lists the images of a repository', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails?.[0]?.imageTags).toEqual(['v1']);
});

test('throws the exceptions of the SDK', async () => {
  const client = new ECRPUBLICClient(awsSdk(createRegistry()));

  const missing = client.send(new DescribeImagesCommand({ repositoryName: 'missing' }));
  await expect(missing).rejects.toBeInstanceOf(RepositoryNotFoundException);
});

test('answers container clients', async () => {
  const registry = createRegistry();

  const answer = await registry.fetch(new Request('http://localhost/v2/'));
  expect(answer.status).toBe(401);
});

test('is a server as it is', async () => {
  const server = Bun.serve({ port: 0, fetch: createRegistry().fetch });

  const answer = await fetch(new URL('/v2/', server.url));
  expect(answer.status).toBe(401);
  await server.stop(true);
});
