import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { serve } from '@hono/node-server';
import { app, registry } from './app.js';

test('has routes of its own and those of the registry', async () => {
  assert.equal(await (await app.request('/about')).text(), 'a registry');
  assert.equal((await app.request('/v2/')).status, 401);
});

test('answers SDK clients at the root and below a base path', async () => {
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const server = serve({ fetch: app.fetch, port: 0, hostname: '127.0.0.1' });
  if (!server.listening) await once(server, 'listening');
  const origin = `http://127.0.0.1:${server.address().port}`;
  for (const endpoint of [origin, `${origin}/aws`]) {
    const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
    const client = new ECRPUBLICClient({ endpoint, region: 'us-east-1', credentials });

    const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
    assert.deepEqual(imageDetails[0].imageTags, ['v1']);
    client.destroy();
  }
  server.close();
});
