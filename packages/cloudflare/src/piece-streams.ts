import type { ReadableLayer } from '@coracle/core';

/** The methods of an R2 bucket that the Worker in front calls. Cloudflare's `R2Bucket` has this type. */
export interface StreamingBucket {
  get(
    key: string,
    options: { readonly range: { readonly offset: number; readonly length: number } },
  ): Promise<{ readonly body: ReadableStream<Uint8Array> } | null>;
}

/** A class of Cloudflare Workers: a stream that passes on a known number of bytes without running code for each chunk. */
declare const FixedLengthStream: new (
  length: number,
) => { readonly readable: ReadableStream<Uint8Array>; readonly writable: WritableStream<Uint8Array> };

type Range = Parameters<NonNullable<ReadableLayer['stream']>>[0];
type Pieces = readonly (readonly [id: string, size: number])[];

interface Wanted {
  readonly id: string;
  readonly offset: number;
  readonly length: number;
}

function wantedOf(pieces: Pieces, first: number, last: number): Wanted[] {
  let start = 0;
  return pieces.flatMap(([id, size]) => {
    const offset = Math.max(0, first - start);
    const end = Math.min(size, last - start + 1);
    start += size;
    return offset < end ? [{ id, offset, length: end - offset }] : [];
  });
}

/**
 * Returns the content of pieces, or a range of it, as a stream. The bytes go from the bucket to the client without code
 * that runs for each chunk. The first piece is found before the stream is returned, so that the client still gets an error
 * if it is missing.
 * @throws Error if the first piece is missing
 */
export async function streamPieces(
  bucket: StreamingBucket,
  { pieces, size }: { readonly pieces: Pieces; readonly size: number },
  { first: from = 0, last: to = size - 1 }: Range,
): Promise<ReadableStream<Uint8Array>> {
  const wanted = wantedOf(pieces, from, to);
  const open = async ({ id, offset, length }: Wanted): Promise<ReadableStream<Uint8Array>> => {
    const object = await bucket.get(id, { range: { offset, length } });
    if (object) return object.body;
    throw new Error(`The stored bytes with the id '${id}' are missing, so a blob cannot be read: restore the bucket`);
  };
  const { readable, writable } = new FixedLengthStream(wanted.reduce((sum, { length }) => sum + length, 0));
  const [head, ...rest] = wanted;
  const first = head && (await open(head));
  const pump = async (): Promise<void> => {
    let body = first;
    for (const one of [...rest, undefined]) {
      // The next piece is opened while this one is sent, so that the client does not wait for the bucket in between.
      const opening = one && open(one);
      // It is awaited later. A failure until then must not count as unhandled.
      opening?.catch(() => undefined);
      await body?.pipeTo(writable, { preventClose: true });
      body = await opening;
    }
    await writable.close();
  };
  // The client sees a failure because the body ends too early.
  pump().catch((error: unknown) => writable.abort(error).catch(() => undefined));
  return readable;
}
