import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { describe, expect } from 'vitest';
import { newRepository, test } from '../support/clients.ts';

/** The connection of a push breaks, and the push goes on at the offset that the registry gives. */

const size = 3 * 1024 * 1024;
const content = Uint8Array.from({ length: size }, (_, i) => (i * i) % 251);
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const digest = digestOf(content);
const half = size / 2;

/** The repository in an address: what stands between the host and a tag. */
const pathOf = (address: string): string => address.slice(address.indexOf('/') + 1);

/** Starts an upload and gives its address. */
async function startUpload(url: string, path: string): Promise<URL> {
  const response = await fetch(`${url}/v2/${path}/blobs/uploads/`, { method: 'POST' });
  expect(response.status).toBe(202);
  return new URL(response.headers.get('location') ?? '', url);
}

const patch = (upload: URL, first: number, end: number) =>
  fetch(upload, {
    method: 'PATCH',
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${first}-${end - 1}` },
    body: content.subarray(first, end),
  });

/** How many bytes the registry says that it has. One and none look the same. */
async function standing(upload: URL): Promise<number> {
  const response = await fetch(upload);
  expect(response.status).toBe(204);
  const [, last] = /^0-(\d+)$/.exec(response.headers.get('range') ?? '') ?? [];
  return Number(last) === 0 ? 0 : Number(last) + 1;
}

/** Sends the bytes of a range as one chunk, and breaks the connection once those up to `until` are on their way. */
function patchAndBreak(upload: URL, first: number, until: number, headers: Record<string, string>): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = request(upload, { method: 'PATCH', headers });
    cut.on('response', () => reject(new Error('It was answered before it was whole')));
    cut.on('error', () => undefined);
    cut.on('close', () => resolve());
    cut.write(content.subarray(first, until), () => cut.destroy());
  });
}

/** Closes the upload, and gives the status of the answer. */
async function finish(upload: URL): Promise<number> {
  const closing = new URL(upload);
  closing.searchParams.set('digest', digest);
  return (await fetch(closing, { method: 'PUT' })).status;
}

/** The digest of what the registry gives for the blob. */
async function read(url: string, path: string): Promise<string> {
  const response = await fetch(`${url}/v2/${path}/blobs/${digest}`);
  return digestOf(new Uint8Array(await response.arrayBuffer()));
}

/** The ways to send a body whose end does not come. */
const bodies = {
  'with a Content-Length': { 'content-length': String(size - half), 'content-range': `${half}-${size - 1}` },
  'of unknown length': { 'transfer-encoding': 'chunked' },
};

describe('a push that was cut in the middle', () => {
  for (const [name, headers] of Object.entries(bodies)) {
    test(`of a chunk ${name} goes on where the registry says`, async ({ server, asked }) => {
      const path = pathOf(await newRepository(server));
      const upload = await startUpload(server.url, path);
      expect((await patch(upload, 0, half)).status).toBe(202);
      await patchAndBreak(upload, half, half + 512 * 1024, headers);
      await expect.poll(() => asked.some((line) => /^PATCH .* broken off$/.test(line))).toBe(true);

      const has = await standing(upload);
      expect(has).toBeGreaterThanOrEqual(half);
      expect(has).toBeLessThanOrEqual(half + 512 * 1024);
      expect((await patch(upload, has, size)).status).toBe(202);
      expect(await finish(upload)).toBe(201);
      expect(await read(server.url, path)).toBe(digest);
    });
  }

  test('does not take bytes a second time, nor leave any out', async ({ server }) => {
    const upload = await startUpload(server.url, pathOf(await newRepository(server)));
    expect((await patch(upload, 0, half)).status).toBe(202);
    for (const first of [0, half - 1, half + 1]) {
      const refused = await patch(upload, first, size);
      expect(refused.status).toBe(416);
      expect(refused.headers.get('range')).toBe(`0-${half - 1}`);
    }
    expect(await standing(upload)).toBe(half);
  });

  test('shows nothing of itself until it is whole', async ({ server }) => {
    const path = pathOf(await newRepository(server));
    const upload = await startUpload(server.url, path);
    expect((await patch(upload, 0, half)).status).toBe(202);
    expect(await finish(upload)).toBe(400);
    expect((await fetch(`${server.url}/v2/${path}/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
  });
});
