import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { bytesOf, header, ofContent, refused, served, sha256 } from '../../test-support/served.ts';

const MiB = 1024 * 1024;

async function withBlob(bytes: Uint8Array<ArrayBuffer>, storage = memoryStorage()) {
  const made = served({}, {}, storage);
  await made.engine.ecr.createRepository({ repositoryName: 'team/web' });
  const digest = await sha256(bytes);
  const posted = await made.fetch(`/v2/team/web/blobs/uploads/?digest=${digest}`, { method: 'POST', body: bytes });
  expect(posted.status).toBe(201);
  return { ...made, digest, path: `/v2/team/web/blobs/${digest}` };
}

describe('a blob', () => {
  it('is pulled', async () => {
    const { fetch, path, digest } = await withBlob(bytesOf('content'));
    const response = await fetch(path);
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': '7',
      'docker-content-digest': digest,
      ...ofContent,
    });
    expect(await response.text()).toBe('content');
  });

  it('may be empty', async () => {
    const { fetch, path } = await withBlob(new Uint8Array(0));
    const response = await fetch(path);
    expect(header(response, 'content-length')).toBe('0');
    expect((await response.arrayBuffer()).byteLength).toBe(0);
  });

  it('has its headers alone for a HEAD, and nothing of it is read', async () => {
    const storage = memoryStorage();
    let reads = 0;
    const counted = {
      ...storage,
      records: storage.records,
      bytes: {
        maxBytes: storage.bytes.maxBytes,
        put: (id: string, bytes: Uint8Array) => storage.bytes.put(id, bytes),
        get: (id: string) => {
          reads++;
          return storage.bytes.get(id);
        },
        remove: (ids: readonly string[]) => storage.bytes.remove(ids),
      },
    };
    const { fetch, path, digest } = await withBlob(bytesOf('content'), counted);
    reads = 0;
    const response = await fetch(path, { method: 'HEAD' });
    expect(response.status).toBe(200);
    expect(header(response, 'content-length')).toBe('7');
    expect(header(response, 'docker-content-digest')).toBe(digest);
    expect(await response.text()).toBe('');
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(reads).toBe(0);
  });

  it('is streamed piece by piece, as the client takes it', async () => {
    const bytes = new Uint8Array(20 * MiB).map((_, i) => i >> 10);
    const { fetch, path } = await withBlob(bytes);
    const reader = (await fetch(path)).body?.getReader();
    const first = await reader?.read();
    expect(first?.value?.length).toBe(8 * MiB);
    await reader?.cancel();
    const whole = new Uint8Array(await (await fetch(path)).arrayBuffer());
    expect(await sha256(whole)).toBe(await sha256(bytes));
  });

  it('breaks off where the storage has lost a piece', async () => {
    const storage = memoryStorage();
    const ids: string[] = [];
    const { put } = storage.bytes;
    const forgetful = {
      records: storage.records,
      bytes: Object.assign(Object.create(storage.bytes) as typeof storage.bytes, {
        put: (id: string, bytes: Uint8Array) => {
          ids.push(id);
          return put.call(storage.bytes, id, bytes);
        },
        get: (id: string) => storage.bytes.get(id),
        remove: (gone: readonly string[]) => storage.bytes.remove(gone),
      }),
    };
    const { fetch, path } = await withBlob(new Uint8Array(20 * MiB), forgetful);
    await storage.bytes.remove(ids.slice(1));
    const response = await fetch(path);
    expect(response.status).toBe(200);
    await expect(response.arrayBuffer()).rejects.toThrow('are missing, so a layer or a manifest cannot be read');
  });

  it.each([`sha256:${'0'.repeat(64)}`, 'sha256:00', 'latest', 'md5:00'])('is not there: %s', async (digest) => {
    const { fetch } = await withBlob(bytesOf('content'));
    const response = await fetch(`/v2/team/web/blobs/${digest}`);
    expect(await refused(response)).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' });
    const head = await fetch(`/v2/team/web/blobs/${digest}`, { method: 'HEAD' });
    expect(head.status).toBe(404);
    expect(await head.text()).toBe('');
  });

  it('is found by an escaped digest', async () => {
    const { fetch, path } = await withBlob(bytesOf('content'));
    expect((await fetch(path.replace('sha256:', 'sha256%3a'))).status).toBe(200);
  });

  it('goes to a hundred clients at once', async () => {
    const { fetch, path } = await withBlob(bytesOf('content'));
    const texts = await Promise.all(Array.from({ length: 100 }, async () => (await fetch(path)).text()));
    expect(new Set(texts)).toEqual(new Set(['content']));
  });

  it('is one of many that are pushed at once', async () => {
    const { fetch } = await withBlob(bytesOf('content'));
    const pushes = Array.from({ length: 30 }, async (_, i) => {
      const bytes = bytesOf(`blob ${i % 10}`);
      const digest = await sha256(bytes);
      const response = await fetch(`/v2/team/web/blobs/uploads/?digest=${digest}`, { method: 'POST', body: bytes });
      return [response.status, await (await fetch(`/v2/team/web/blobs/${digest}`)).text()];
    });
    expect(await Promise.all(pushes)).toEqual(Array.from({ length: 30 }, (_, i) => [201, `blob ${i % 10}`]));
  });
});

describe('a part of a blob', () => {
  const bytes = Uint8Array.from({ length: 2048 }, (_, i) => i % 251);

  it.each([
    ['bytes=500-1499', 500, 1499],
    ['bytes=500-', 500, 2047],
    ['bytes=-500', 1548, 2047],
    ['bytes=2000-5000', 2000, 2047],
    ['bytes=-5000', 0, 2047],
    ['BYTES=0-0', 0, 0],
  ])('is pulled: %s', async (range, first, last) => {
    const { fetch, path, digest } = await withBlob(bytes);
    const response = await fetch(path, { headers: { range } });
    expect(response.status).toBe(206);
    expect(Object.fromEntries(response.headers)).toEqual({
      'accept-ranges': 'bytes',
      'content-type': 'application/octet-stream',
      'content-length': String(last - first + 1),
      'content-range': `bytes ${first}-${last}/2048`,
      'docker-content-digest': digest,
      ...ofContent,
    });
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes.slice(first, last + 1));
  });

  it.each(['bytes=500-0', 'bytes=5000-10000', 'bytes=2048-', 'bytes=-0'])('is not there: %s', async (range) => {
    const { fetch, path } = await withBlob(bytes);
    const response = await fetch(path, { headers: { range } });
    expect(header(response, 'content-range')).toBe('bytes */2048');
    expect(await refused(response)).toEqual({
      status: 416,
      code: 'SIZE_INVALID',
      message: `The blob has 2048 bytes, and the range '${range}' is outside of them`,
    });
  });

  it.each([{ range: 'bytes=0-1,5-6' }, { range: 'lines=0-1' }, { range: 'bytes=0-1', 'if-range': '"x"' }])(
    'is the whole for %j',
    async (headers) => {
      const { fetch, path } = await withBlob(bytes);
      const response = await fetch(path, { headers });
      expect([response.status, header(response, 'content-length')]).toEqual([200, '2048']);
    },
  );

  it('is not for a HEAD', async () => {
    const { fetch, path } = await withBlob(bytes);
    const response = await fetch(path, { method: 'HEAD', headers: { range: 'bytes=0-1' } });
    expect([response.status, header(response, 'content-length')]).toEqual([200, '2048']);
  });
});

describe('a blob that is deleted', () => {
  it('is gone', async () => {
    const { fetch, path } = await withBlob(bytesOf('content'));
    const response = await fetch(path, { method: 'DELETE' });
    expect([response.status, await response.text()]).toEqual([202, '']);
    expect((await fetch(path)).status).toBe(404);
    expect(await refused(await fetch(path, { method: 'DELETE' }))).toMatchObject({ status: 404, code: 'BLOB_UNKNOWN' });
  });
});
