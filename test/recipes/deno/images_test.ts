import assert from 'node:assert/strict';
import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';

Deno.test('lists the images of a repository', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient(awsSdk(registry));

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  assert.deepEqual(imageDetails?.[0]?.imageTags, ['v1']);
});

Deno.test('is a server as it is', async () => {
  const server = Deno.serve({ port: 0, hostname: '127.0.0.1', onListen: () => undefined }, createRegistry().fetch);

  const answer = await fetch(`http://127.0.0.1:${server.addr.port}/v2/`);
  assert.equal(answer.status, 401);
  await answer.body?.cancel();
  await server.shutdown();
});
