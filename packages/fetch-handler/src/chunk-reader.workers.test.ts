import { describe, expect, it } from 'vitest';
import { readerOf } from './chunk-reader.ts';

/** A class of Cloudflare Workers: a byte stream that passes on what is written to it. */
declare const IdentityTransformStream: new () => {
  readonly readable: ReadableStream<Uint8Array>;
  readonly writable: WritableStream<Uint8Array>;
};

const KiB = 1024;
const bytes = Uint8Array.from({ length: 600 * KiB + 1 }, (_, i) => (i * i) % 251);

async function sizes(stream: ReadableStream<Uint8Array>, announced?: number) {
  const reader = readerOf(stream, announced);
  const found: number[] = [];
  const all: Uint8Array[] = [];
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (value) all.push(value);
    found.push(value?.length ?? 0);
  }
  expect(await reader.read()).toMatchObject({ done: true });
  expect(new Uint8Array(await new Blob(all as BlobPart[]).arrayBuffer())).toEqual(bytes);
  return found;
}

/** A stream that the runtime reads, as it reads the body of a request. */
function native(): ReadableStream<Uint8Array> {
  const { readable, writable } = new IdentityTransformStream();
  const writer = writable.getWriter();
  (async () => {
    for (let at = 0; at < bytes.length; at += 10_000) await writer.write(bytes.slice(at, at + 10_000));
    await writer.close();
  })();
  return readable;
}

describe('the reader of a body in workerd', () => {
  it.each([undefined, bytes.length])('reads a long body in large chunks (announced: %s)', async (announced) => {
    expect(await sizes(native(), announced)).toEqual([256 * KiB, 256 * KiB, 88 * KiB + 1]);
  });

  it('reads a stream that code has made, chunk by chunk', async () => {
    const made = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(bytes.slice(0, 5));
        controller.enqueue(bytes.slice(5));
        controller.close();
      },
    });
    expect(await sizes(made)).toEqual([5, bytes.length - 5]);
  });

  it('fails if the body breaks off', async () => {
    const { readable, writable } = new IdentityTransformStream();
    const writer = writable.getWriter();
    writer.write(bytes.slice(0, 5)).then(
      () => writer.abort(new Error('gone')),
      () => undefined,
    );
    const reader = readerOf(readable, undefined);
    await expect(reader.read()).rejects.toThrow('gone');
  });
});
