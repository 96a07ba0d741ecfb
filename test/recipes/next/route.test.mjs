import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { after, before, test } from 'node:test';
import { CreateRepositoryCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';

let server;
let origin;
before(async () => {
  server = spawn(process.execPath, ['node_modules/next/dist/bin/next', 'start', '--port', '0'], { stdio: 'pipe' });
  origin = await new Promise((resolve) => {
    server.stdout.setEncoding('utf8').on('data', (text) => {
      const [address] = /http:\/\/localhost:\d+/.exec(text) ?? [];
      if (address) resolve(address);
    });
  });
});
after(() => server.kill());

test('answers container clients', async () => {
  const answer = await fetch(`${origin}/v2/`, { redirect: 'manual' });
  assert.equal(answer.status, 401);
});

test('answers SDK clients', async () => {
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new ECRPUBLICClient({ endpoint: origin, region: 'us-east-1', credentials });

  const { repository } = await client.send(new CreateRepositoryCommand({ repositoryName: 'team/web' }));
  assert.equal(repository.repositoryName, 'team/web');
  client.destroy();
});
