import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CreateRepositoryCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { app } from './app.js';

let origin;
before(async () => {
  origin = await app.listen({ port: 0, host: '127.0.0.1' });
});
after(() => app.close());

test('has routes of its own and those of the registry', async () => {
  assert.equal(await (await fetch(`${origin}/about`)).text(), 'a registry');
  assert.equal((await fetch(`${origin}/v2/`)).status, 401);
});

test('answers SDK clients', async () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new ECRPUBLICClient({ endpoint: origin, region: 'us-east-1', credentials });

  const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));
  assert.equal(repository.repositoryName, 'team/web');
  client.destroy();
});
