import { CreateRepositoryCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({ now: new Date('2030-01-01T00:00:00Z') });
});
afterEach(() => {
  vi.useRealTimers();
});

test('dates what happens by the fake clock', async () => {
  const client = new ECRPUBLICClient(awsSdk(createRegistry()));

  const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));
  expect(repository?.createdAt).toEqual(new Date('2030-01-01T00:00:00Z'));
});

test('needs no timer for its answers', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });

  const answer = await registry.fetch(new Request('http://localhost/v2/'));
  expect(answer.status).toBe(401);
});
