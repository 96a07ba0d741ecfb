import { DescribeImagesCommand, ECRPUBLICClient } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { http } from 'msw';
import { setupWorker } from 'msw/browser';
import { afterAll, beforeAll, expect, test } from 'vitest';

const origin = 'https://registry.example.com';
const registry = createRegistry();
const worker = setupWorker(http.all(`${origin}/*`, ({ request }) => registry.fetch(request)));

beforeAll(() => worker.start({ quiet: true, onUnhandledRequest: 'bypass' }));
afterAll(() => worker.stop());

test('answers the fetch calls of the page', async () => {
  const answer = await fetch(`${origin}/v2/`);
  expect(answer.status).toBe(401);
});

test('answers an SDK client that knows nothing of the test', async () => {
  await registry.seed({ public: { 'team/web': ['v1'] } });
  const client = new ECRPUBLICClient({
    endpoint: origin,
    region: 'us-east-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  });

  const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName: 'team/web' }));
  expect(imageDetails).toMatchObject([{ imageTags: ['v1'] }]);
});
