import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { http } from 'msw';
import { setupServer } from 'msw/node';

const origin = 'https://registry.example.com';
const registry = createRegistry();
const server = setupServer(http.all(`${origin}/*`, ({ request }) => registry.fetch(request)));

before(() => server.listen({ onUnhandledRequest: 'error' }));
after(() => server.close());

test('answers the fetch calls of the code under test', async () => {
  const answer = await fetch(`${origin}/v2/`);
  assert.equal(answer.status, 401);
});

test('answers an SDK client that knows nothing of the test', async () => {
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient({
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  assert.deepEqual(imageDetails[0].imageTags, ['v1']);
});
