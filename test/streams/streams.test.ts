import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEngine, type Engine, ecr, ecrPublic } from '@coracle/registry/core';
import { createFetchHandler, type FetchHandler } from '@coracle/registry/fetch-handler';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fileStorage } from './file-storage.ts';

const MiB = 1024 * 1024;
const chunkBytes = 64 * 1024;

interface Served {
  readonly storage: Awaited<ReturnType<typeof fileStorage>>;
  readonly engine: Engine;
  readonly fetch: FetchHandler;
}

async function served(): Promise<Served> {
  const storage = await fileStorage();
  onTestFinished(async () => storage.close?.());
  const engine = createEngine({ storage, services: [ecrPublic, ecr] });
  return { storage, engine, fetch: createFetchHandler(engine, { createOnPush: true }) };
}

const request = (path: string, method = 'GET', body?: ReadableStream<Uint8Array>): Request =>
  new Request(`http://registry${path}`, (body ? { method, body, duplex: 'half' } : { method }) as RequestInit);

/** A stream that counts how many bytes were asked of it, and may break off. */
function counted(size: number, { breakAt = Number.POSITIVE_INFINITY } = {}) {
  const source = { given: 0, digest: createHash('sha256') };
  const stream = new ReadableStream<Uint8Array>(
    {
      pull: (controller) => {
        if (source.given >= breakAt) return controller.error(new Error('the client went away'));
        if (source.given >= size) return controller.close();
        const bytes = new Uint8Array(Math.min(chunkBytes, size - source.given)).fill(source.given / chunkBytes);
        source.given += bytes.length;
        source.digest.update(bytes);
        controller.enqueue(bytes);
      },
    },
    { highWaterMark: 0 },
  );
  return { source, stream };
}

async function push({ fetch }: Served, size: number): Promise<string> {
  const { source, stream } = counted(size);
  const location = (await fetch(request('/v2/big/blobs/uploads/', 'POST'))).headers.get('location') ?? '';
  expect((await fetch(request(location, 'PATCH', stream))).status).toBe(202);
  const digest = `sha256:${source.digest.digest('hex')}`;
  expect((await fetch(request(`${location}?digest=${digest}`, 'PUT'))).status).toBe(201);
  return digest;
}

describe('a layer of 1 GiB', () => {
  it('pushed and pulled again adds less than 64 MiB to the process', async () => {
    const script = fileURLToPath(new URL('large-layer.mts', import.meta.url));
    const node = ['--conditions=@coracle/source', '--import', 'tsx', script, '1024'];
    const { stdout } = await promisify(execFile)(process.execPath, node);
    const { same, grownBy } = JSON.parse(stdout);
    expect(same).toBe(true);
    expect(grownBy).toBeLessThan(64);
  });
});

describe('a slow client', () => {
  it('that reads nothing more is not read ahead for by more than a piece', async () => {
    const registry = await served();
    const digest = await push(registry, 40 * MiB);
    let gets = 0;
    const { get } = registry.storage.bytes;
    Object.assign(registry.storage.bytes, {
      get: (id: string) => {
        gets++;
        return get(id);
      },
    });
    const response = await registry.fetch(request(`/v2/big/blobs/${digest}`));
    const reader = response.body?.getReader();
    expect((await reader?.read())?.value?.length).toBe(8 * MiB);
    expect(gets).toBe(2);
    await reader?.cancel();
    expect(gets).toBe(2);
  });

  it('is not asked for more while the storage is busy', async () => {
    const registry = await served();
    const { put } = registry.storage.bytes;
    let free = (): void => undefined;
    const busy = new Promise<void>((resolve) => {
      free = resolve;
    });
    let reached = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      reached = resolve;
    });
    Object.assign(registry.storage.bytes, {
      put: async (id: string, bytes: Uint8Array) => {
        reached();
        await busy;
        return put(id, bytes);
      },
    });
    const { source, stream } = counted(64 * MiB);
    const location = (await registry.fetch(request('/v2/big/blobs/uploads/', 'POST'))).headers.get('location') ?? '';
    const patched = registry.fetch(request(location, 'PATCH', stream));
    await first;
    expect(source.given).toBeLessThanOrEqual(8 * MiB + 2 * chunkBytes);
    free();
    expect((await patched).status).toBe(202);
    expect(source.given).toBe(64 * MiB);
  });
});

describe('a client that goes away', () => {
  it('in the middle of a push in one request leaves nothing behind', async () => {
    const registry = await served();
    const { stream } = counted(64 * MiB, { breakAt: 20 * MiB });
    const digest = `sha256:${'0'.repeat(64)}`;
    const response = await registry.fetch(request(`/v2/big/blobs/uploads/?digest=${digest}`, 'POST', stream));
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(registry.storage.files()).toBe(0);
    const uploads = await registry.storage.records.list({ prefix: 'upload/', limit: 10 });
    expect(uploads.entries).toEqual([]);
  });

  it('in the middle of a chunk can go on from what was stored', async () => {
    const registry = await served();
    const { stream } = counted(64 * MiB, { breakAt: 20 * MiB });
    const location = (await registry.fetch(request('/v2/big/blobs/uploads/', 'POST'))).headers.get('location') ?? '';
    await registry.fetch(request(location, 'PATCH', stream));
    const status = await registry.fetch(request(location));
    expect(status.headers.get('range')).toBe(`0-${16 * MiB - 1}`);
    expect(registry.storage.files()).toBe(2);
  });
});
