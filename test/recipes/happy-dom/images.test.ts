import { DescribeImagesCommand, ECRPUBLICClient, RepositoryNotFoundException } from '@aws-sdk/client-ecr-public';
import { createRegistry } from '@coracle/registry';
import { awsSdk } from '@coracle/registry/aws-sdk';
import { expect, test } from 'vitest';

// The code under test.
async function showTags(client: ECRPUBLICClient, repositoryName: string): Promise<void> {
  const { imageDetails = [] } = await client.send(new DescribeImagesCommand({ repositoryName }));
  const tags = imageDetails.flatMap(({ imageTags = [] }) => imageTags);
  document.body.replaceChildren(
    ...tags.map((tag) => Object.assign(document.createElement('li'), { textContent: tag })),
  );
}

test('shows the tags of a repository', async () => {
  const registry = createRegistry();
  await registry.seed({ public: { 'team/web': ['v1', 'v2'] } });

  await showTags(new ECRPUBLICClient(awsSdk(registry)), 'team/web');
  expect([...document.querySelectorAll('li')].map(({ textContent }) => textContent)).toEqual(['v1', 'v2']);
});

test('fails with the exception of AWS', async () => {
  const client = new ECRPUBLICClient(awsSdk(createRegistry()));
  await expect(showTags(client, 'ghost')).rejects.toBeInstanceOf(RepositoryNotFoundException);
});

test('answers the requests of the page', async () => {
  const registry = createRegistry();
  const { digest, bytes } = await blobOf('hello');
  const url = `http://localhost/v2/team/web/blobs/uploads/?digest=${digest}`;
  await registry.ecr.createRepository({ repositoryName: 'team/web' });

  expect((await registry.fetch(new Request(url, { method: 'POST', body: bytes }))).status).toBe(201);
  const pulled = await registry.fetch(new Request(`http://localhost/v2/team/web/blobs/${digest}`));
  expect(await pulled.text()).toBe('hello');
});

async function blobOf(text: string) {
  const bytes = new TextEncoder().encode(text);
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return { bytes, digest: `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}` };
}
