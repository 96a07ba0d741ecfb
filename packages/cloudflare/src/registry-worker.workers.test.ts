import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { registryWorker } from './registry-worker.ts';

/** A Worker with open access, and the address of a new public repository in its answer to a request to `origin`. */
function openWorker(endpoint?: string) {
  const storage = memoryStorage();
  const worker = registryWorker({ access: 'open', storage: () => storage, ...(endpoint ? { endpoint } : {}) });
  const env = {};
  let names = 0;
  return async (origin: string): Promise<string> => {
    const response = await worker.fetch(
      new Request(origin, {
        method: 'POST',
        headers: { 'x-amz-target': 'SpencerFrontendService.CreateRepository' },
        body: JSON.stringify({ repositoryName: `web${names++}` }),
      }),
      env,
    );
    return ((await response.json()) as { repository: { repositoryUri: string } }).repository.repositoryUri;
  };
}

describe('the addresses in the answers of a Worker', () => {
  it('are those of each request by default', async () => {
    const create = openWorker();
    expect(await create('https://registry.example.com/')).toMatch(/^registry\.example\.com\/\w+\/web0$/);
    expect(await create('http://localhost:8787/')).toMatch(/^localhost:8787\/\w+\/web1$/);
    expect(await create('https://registry.example.com/')).toMatch(/^registry\.example\.com\/\w+\/web2$/);
  });

  it('are those of AWS for requests to its hosts', async () => {
    expect(await openWorker()('https://api.ecr-public.us-east-1.amazonaws.com/')).toMatch(/^public\.ecr\.aws\//);
  });

  it('are those of the option `endpoint`', async () => {
    expect(await openWorker('https://images.example.com')('https://worker.test/')).toMatch(/^images\.example\.com\//);
  });
});
