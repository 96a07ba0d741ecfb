import { expect } from 'vitest';
import type { ConnectedRegistry } from '../src/index.ts';

export const MiB = 1024 * 1024;
export const place = { host: 'localhost', path: 'web' };

/** Starts a registry in memory in another thread, with a private repository `web`, and connects to it. */
export type Start = () => Promise<ConnectedRegistry>;

export const rejection = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.fail('the call should have failed'),
    (error: unknown) => error,
  );

export const sha256 = async (bytes: Uint8Array<ArrayBuffer>): Promise<string> => {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
};

/** Bytes that differ from each other at every position that matters. */
export function someBytes(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) words[i] = Math.imul(i + 1, 2654435761);
  return new Uint8Array(words.buffer, 0, size);
}

export const streamOf = (...chunks: Uint8Array[]): ReadableStream<Uint8Array> =>
  new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) all.push(new Uint8Array(chunk));
  return new Uint8Array(await new Blob(all).arrayBuffer());
}
