import { createHash } from 'node:crypto';
import { expect } from 'vitest';

export const MiB = 1024 * 1024;
export const login = { USERNAME: 'alice', PASSWORD: 'open sesame', TOKEN_SECRET: 'x'.repeat(32) };
export const authorization = `Basic ${btoa(`${login.USERNAME}:${login.PASSWORD}`)}`;

export const digestOf = (bytes: Uint8Array | string): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** Bytes that differ from piece to piece, so that pieces in a wrong order have another digest. */
export const patterned = (size: number): Uint8Array<ArrayBuffer> => {
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; i++) bytes[i] = (i * i) % 251;
  return bytes;
};

export interface Init extends Omit<RequestInit, 'headers' | 'body'> {
  readonly headers?: Record<string, string>;
  readonly body?: Uint8Array<ArrayBuffer> | ReadableStream | string;
}

export type Send = (path: string, init?: Init) => Promise<Response>;

/** Returns what sends the requests of a client that is logged in. */
export const clientOf =
  (url: () => URL): Send =>
  (path, { headers, ...init } = {}) =>
    fetch(new URL(path, url()), { ...init, headers: { authorization, ...headers }, duplex: 'half' } as RequestInit);

/** Starts an upload. Returns its address. */
export async function startUpload(send: Send, repository: string): Promise<string> {
  const started = await send(`/v2/${repository}/blobs/uploads/`, { method: 'POST' });
  expect(started.status, await started.text()).toBe(202);
  return started.headers.get('location') ?? '';
}

/** Adds content to an upload. Returns the address for the next request. */
export async function patch(send: Send, upload: string, body: Exclude<Init['body'], undefined>): Promise<string> {
  const patched = await send(upload, { method: 'PATCH', body });
  expect([patched.status, await patched.text()]).toEqual([202, '']);
  return patched.headers.get('location') ?? '';
}

/** Returns at which byte an upload goes on. */
export async function nextByte(send: Send, upload: string): Promise<number> {
  const { status, headers } = await send(upload);
  expect(status).toBe(204);
  const last = Number(/^0-(\d+)$/.exec(headers.get('range') ?? '')?.[1]);
  // An upload without content has the range of one byte, because no range says that there is nothing.
  return last === 0 ? 0 : last + 1;
}

/** Goes on with an upload where it stands, and finishes it. */
export async function resume(send: Send, upload: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const digest = digestOf(bytes);
  const first = await nextByte(send, upload);
  if (first < bytes.length) {
    const headers = { 'content-range': `${first}-${bytes.length - 1}` };
    const patched = await send(upload, { method: 'PATCH', body: bytes.subarray(first), headers });
    expect(patched.status, await patched.text()).toBe(202);
    expect(patched.headers.get('range')).toBe(`0-${bytes.length - 1}`);
  }
  await finish(send, upload, digest);
}

export async function finish(send: Send, upload: string, digest: string): Promise<void> {
  const put = await send(`${upload}?digest=${digest}`, { method: 'PUT' });
  expect([put.status, await put.text()]).toEqual([201, '']);
}

/** Pushes a blob as docker does: HEAD, POST, PATCH and PUT. Returns its digest. */
export async function pushBlob(send: Send, repository: string, bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  // Before the first request, because a blocked process does not see that the server closes an idle connection.
  const digest = digestOf(bytes);
  expect((await send(`/v2/${repository}/blobs/${digest}`, { method: 'HEAD' })).status).toBe(404);
  await finish(send, await patch(send, await startUpload(send, repository), bytes), digest);
  return digest;
}

/** Returns the digest of a blob's content as a client receives it. */
export async function pulledDigest(send: Send, repository: string, digest: string): Promise<string> {
  const blob = await send(`/v2/${repository}/blobs/${digest}`);
  expect(blob.status).toBe(200);
  return digestOf(new Uint8Array(await blob.arrayBuffer()));
}
