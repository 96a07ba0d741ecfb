import { describe, expect, it } from 'vitest';
import { digestOf, emptyRegistry } from '../../test-support/registry.ts';
import type { Content } from '../index.ts';

const bytes = new TextEncoder().encode('héllo');
const halves = [bytes.subarray(0, 2), bytes.subarray(2)];
const streamOf = (chunks: readonly Uint8Array[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });

async function repository() {
  const { ecr, distribution } = emptyRegistry();
  await ecr.createRepository({ repositoryName: 'web' });
  return { distribution, at: await distribution.locate('localhost', 'web') };
}

/** Safari's streams cannot be iterated. */
function notIterable(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  return { getReader: () => stream.getReader() } as ReadableStream<Uint8Array>;
}

describe('the content of a blob', () => {
  it.each<[string, () => Content]>([
    ['a string', () => 'héllo'],
    ['a Uint8Array', () => bytes],
    ['a Buffer', () => Buffer.from(bytes)],
    ['a DataView', () => new DataView(bytes.slice().buffer) as unknown as Uint8Array],
    ['an ArrayBuffer', () => bytes.slice().buffer],
    ['a Blob', () => new Blob([bytes])],
    ['a stream', () => streamOf(halves)],
    ['a stream that cannot be iterated', () => notIterable(streamOf(halves))],
    ['a list of chunks', () => halves],
    [
      'an async iterable',
      async function* () {
        yield* halves;
      },
    ],
  ])('may be %s', async (_, content) => {
    const { distribution, at } = await repository();
    const digest = await digestOf(bytes);
    expect(await distribution.putBlob(at, digest, content())).toEqual({ digest, size: 6 });
    const { uploadId } = await distribution.startUpload(at);
    expect(await distribution.appendToUpload(at, uploadId, content())).toMatchObject({ size: 6 });
    const twice = await digestOf(new Uint8Array([...bytes, ...bytes]));
    expect(await distribution.finishUpload(at, uploadId, twice, { content: content() })).toEqual({
      digest: twice,
      size: 12,
    });
  });

  it.each<[unknown, string]>([
    [undefined, 'Undefined'],
    [null, 'Null'],
    [5, 'Number'],
    [{ length: 1, 0: 1 }, 'Object'],
    [Promise.resolve(bytes), 'Promise'],
  ])('is refused if it is %j', async (content, kind) => {
    const { distribution, at } = await repository();
    const sentence = `The content of a blob must be a string, bytes, a Blob, a stream or an iterable of Uint8Arrays, not ${kind}`;
    const putting = distribution.putBlob(at, await digestOf(bytes), content as Content);
    await expect(putting).rejects.toThrow(new TypeError(sentence));
    const { uploadId } = await distribution.startUpload(at);
    await expect(distribution.appendToUpload(at, uploadId, content as Content)).rejects.toThrow(TypeError);
    expect((await distribution.getUpload(at, uploadId)).size).toBe(0);
  });

  it('is let go of if it is not read to its end', async () => {
    const { distribution, at } = await repository();
    let isCancelled = false;
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue('no bytes' as unknown as Uint8Array),
      cancel: () => {
        isCancelled = true;
      },
    });
    await expect(distribution.putBlob(at, await digestOf(bytes), stream)).rejects.toThrow(/must be Uint8Arrays/);
    expect(isCancelled).toBe(true);
  });
});

describe('a manifest', () => {
  const manifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.index.v1+json',
    manifests: [],
  });

  it.each([manifest, new TextEncoder().encode(manifest)])('may be a string or bytes', async (content) => {
    const { distribution, at } = await repository();
    const { digest } = await distribution.putManifest(at, 'v1', { bytes: content });
    expect(digest).toBe(await digestOf(new TextEncoder().encode(manifest)));
    expect(new TextDecoder().decode((await distribution.getManifest(at, 'v1')).bytes)).toBe(manifest);
  });

  it('is what it was when it was put, whatever the caller does to its bytes meanwhile', async () => {
    const { distribution, at } = await repository();
    const bytes = new TextEncoder().encode(manifest);
    const putting = distribution.putManifest(at, 'v1', { bytes });
    bytes.fill(0);
    const { digest } = await putting;
    expect(digest).toBe(await digestOf(new TextEncoder().encode(manifest)));
    expect(new TextDecoder().decode((await distribution.getManifest(at, 'v1')).bytes)).toBe(manifest);
  });

  it.each([
    [manifest, 'String'],
    [new TextEncoder().encode(manifest), 'Uint8Array'],
    [undefined, 'Undefined'],
  ])('is refused outside of an object: %o', async (given, kind) => {
    const { distribution, at } = await repository();
    await expect(distribution.putManifest(at, 'v1', given as never)).rejects.toThrow(
      new TypeError(`The manifest of putManifest() must be an object { bytes, mediaType }, not ${kind}`),
    );
    expect(await distribution.getTags(at)).toEqual({ tags: [], more: false });
  });

  it('is refused if it is neither', async () => {
    const { distribution, at } = await repository();
    const putting = distribution.putManifest(at, 'v1', { bytes: JSON.parse(manifest) });
    await expect(putting).rejects.toThrow(
      new TypeError('The bytes of a manifest must be a string, a Uint8Array or an ArrayBuffer, not Object'),
    );
  });
});
