import { afterEach, describe, expect, it, vi } from 'vitest';
import { streamOf } from './stream-of.ts';

/** A content that goes on for ever, whose first chunk is read. */
async function endless(transferable: boolean) {
  const seen = { read: 0, ended: false };
  async function* chunks() {
    try {
      for (;;) yield Uint8Array.of(seen.read++);
    } finally {
      seen.ended = true;
    }
  }
  const rest = chunks();
  const first = (await rest.next()).value ?? new Uint8Array();
  return Object.assign(seen, { stream: streamOf({ first, rest, transferable }) });
}

async function* of(...chunks: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

describe.each([true, false])('a stream of content (transferable: %s)', (transferable) => {
  it('gives all of it', async () => {
    const stream = streamOf({ first: Uint8Array.of(1), rest: of(Uint8Array.of(2, 3), Uint8Array.of(4)), transferable });
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('reads no further than it is asked', async () => {
    const seen = await endless(transferable);
    const reader = seen.stream.getReader();
    await reader.read();
    expect(seen.read).toBe(1);
    await reader.read();
    expect(seen.read).toBe(2);
  });

  it('ends the content when the client goes away', async () => {
    const seen = await endless(transferable);
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
    const stream = streamOf({ first: Uint8Array.of(0), rest: broken(), transferable });
    await expect(new Response(stream).arrayBuffer()).rejects.toThrow('a piece is missing');
  });
});

afterEach(() => void vi.unstubAllGlobals());

describe('a stream whose chunks are transferable', () => {
  it('is read into buffers of the reader, and tells its end', async () => {
    const stream = streamOf({ first: Uint8Array.of(1, 2, 3), rest: of(Uint8Array.of(4)), transferable: true });
    const reader = stream.getReader({ mode: 'byob' });
    const bytes: number[] = [];
    for (;;) {
      const { done, value } = await reader.read(new Uint8Array(2));
      if (done) break;
      bytes.push(...value);
    }
    expect(bytes).toEqual([1, 2, 3, 4]);
  });

  it('is a plain stream in an older browser, which has no byte streams', async () => {
    const Native = ReadableStream;
    function Older(source: UnderlyingDefaultSource, strategy?: QueuingStrategy): ReadableStream {
      if ('type' in source) throw new RangeError('type must be undefined');
      return new Native(source, strategy);
    }
    vi.stubGlobal('ReadableStream', Older);
    const stream = streamOf({ first: Uint8Array.of(1), rest: of(Uint8Array.of(2)), transferable: true });
    // Node's own Response makes streams as well.
    vi.unstubAllGlobals();
    expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(Uint8Array.of(1, 2));
  });
});

describe('a stream whose chunks are not transferable', () => {
  it('leaves its chunks as they are', async () => {
    const chunk = Uint8Array.of(1, 2, 3);
    await new Response(streamOf({ first: chunk, rest: of(), transferable: false })).arrayBuffer();
    expect(chunk).toEqual(Uint8Array.of(1, 2, 3));
  });
});
