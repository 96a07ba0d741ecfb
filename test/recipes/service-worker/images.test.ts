import { CreateRepositoryCommand, DescribeRepositoriesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { beforeAll, expect, test } from 'vitest';

const endpoint = 'https://registry.example';

beforeAll(async () => {
  const { serviceWorker } = navigator;
  const claimed = new Promise((resolve) => serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  await serviceWorker.register('/sw.js');
  if (!serviceWorker.controller) await claimed;
});

test('answers the fetch calls of the page', async () => {
  const answer = await fetch(`${endpoint}/v2/`);
  expect(answer.status).toBe(401);
});

test('answers an SDK client', async () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new ECRPUBLICClient({ endpoint, region: 'us-east-1', credentials });
  await client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));

  const { repositories } = await client.send(new DescribeRepositoriesCommand({}));
  expect(repositories).toMatchObject([{ repositoryName: 'team/web' }]);
});
