import { describe, expect, it } from 'vitest';
import { bytesOf, requestTo, watched } from '../test-support/served.ts';
import { announcedBytes, bodyOf, chunksOf, contentOf, readAtMost, streamOf } from './body.ts';

const three = (i: number) => (i < 3 ? Uint8Array.of(i) : undefined);

describe('the chunks of a stream', () => {
  it('come in their order, to the end', async () => {
    const body = watched(three);
    const chunks: Uint8Array[] = [];
    for await (const chunk of chunksOf(body.stream)) chunks.push(chunk);
    expect(chunks).toEqual([Uint8Array.of(0), Uint8Array.of(1), Uint8Array.of(2)]);
    expect(body.cancelled).toBe(false);
    expect(body.stream.locked).toBe(false);
  });

  it('are asked for one by one, and no more once the reader has enough', async () => {
    const body = watched(() => Uint8Array.of(1));
    for await (const _ of chunksOf(body.stream)) if (body.pulled === 2) break;
    expect(body).toMatchObject({ pulled: 2, cancelled: true });
    expect(body.stream.locked).toBe(false);
  });

  it('are no longer asked for once the reader has failed', async () => {
    const body = watched(() => Uint8Array.of(1));
    await expect(async () => {
      for await (const _ of chunksOf(body.stream)) throw new Error('full');
    }).rejects.toThrow('full');
    expect(body.cancelled).toBe(true);
  });

  it('fail as the stream does', async () => {
    const body = watched(() => {
      throw new Error('gone');
    });
    await expect(chunksOf(body.stream).next()).rejects.toMatchObject({
      name: 'SerializationException',
      message: 'The body could not be read to its end: gone',
    });
    expect(body.stream.locked).toBe(false);
  });

  it('do not wait for a source that never confirms its end', async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(Uint8Array.of(1)),
      cancel: () => new Promise(() => undefined),
    });
    const chunks = chunksOf(stream);
    await chunks.next();
    expect(await chunks.return()).toEqual({ done: true, value: undefined });
  });
});

describe('a body', () => {
  it('is null where there is none', async () => {
    expect(await bodyOf(requestTo('/'))).toBeNull();
    expect(await contentOf(requestTo('/', { method: 'PUT' }))).toBeUndefined();
    expect(await readAtMost(requestTo('/'), 10, () => new Error('too large'))).toEqual(new Uint8Array(0));
  });

  it('is found where a browser has no Request.body', async () => {
    const request = requestTo('/', { method: 'PUT', body: 'as in Firefox' });
    Object.defineProperty(request, 'body', { value: undefined });
    expect(await readAtMost(request, 100, () => new Error('too large'))).toEqual(bytesOf('as in Firefox'));
  });

  it('is refused where somebody has read it', async () => {
    const request = requestTo('/', { method: 'PUT', body: 'once' });
    await request.text();
    const read = () => readAtMost(request, 100, () => new Error('too large'));
    await expect(read()).rejects.toMatchObject({ name: 'SerializationException' });
    Object.defineProperty(request, 'body', { value: undefined });
    await expect(read()).rejects.toMatchObject({ name: 'SerializationException' });
  });

  it('is put together from its chunks', async () => {
    const request = requestTo('/', { method: 'PUT', body: watched(three).stream });
    expect(await readAtMost(request, 3, () => new Error('too large'))).toEqual(Uint8Array.of(0, 1, 2));
  });

  it.each([
    ['12', 12],
    ['0', 0],
    ['-1', undefined],
    ['1e3', undefined],
    ['', undefined],
  ])('announces %j as %j bytes', (text, size) => {
    expect(announcedBytes(requestTo('/', { headers: { 'content-length': text } }))).toBe(size);
  });
});

describe('a stream of content', () => {
  function content() {
    const seen = { read: 0, ended: false };
    async function* chunks() {
      try {
        for (;;) yield Uint8Array.of(seen.read++);
      } finally {
        seen.ended = true;
      }
    }
    return Object.assign(seen, { stream: streamOf(chunks()) });
  }

  it('reads nothing before it is asked', async () => {
    const seen = content();
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(seen.read).toBe(0);
    const reader = seen.stream.getReader();
    await reader.read();
    expect(seen.read).toBe(1);
  });

  it('ends the content when the client goes away', async () => {
    const seen = content();
    const reader = seen.stream.getReader();
    await reader.read();
    await reader.cancel();
    expect(seen.ended).toBe(true);
  });

  it('fails as the content does', async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield Uint8Array.of(1);
      throw new Error('a piece is missing');
    }
    await expect(new Response(streamOf(broken())).arrayBuffer()).rejects.toThrow('a piece is missing');
  });
});
