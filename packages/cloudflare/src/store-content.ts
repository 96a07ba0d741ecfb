import { type ByteStore, defaultHasher } from '@coracle/core';

/** The size of a piece in bytes, as in the engine. */
const pieceBytes = 8 * 1024 * 1024;
/** The number of pieces that are put at the same time. Each takes the memory of one piece. */
const inFlight = 2;

/** Pieces that were stored, and the digest of their bytes. */
export interface StoredPieces {
  readonly pieces: (readonly [id: string, size: number])[];
  readonly digest: string;
  /** The failure of the content, if it broke off. `pieces` then are the pieces that were stored before. */
  readonly failure?: { readonly error: unknown };
}

/**
 * Cuts content into pieces of 8 MiB, hashes them and stores them, two at a time.
 * @param nextId returns the id for the next piece
 */
export async function storeContent(
  bytes: Pick<ByteStore, 'put'>,
  content: AsyncIterable<Uint8Array>,
  nextId: () => Promise<string>,
): Promise<StoredPieces> {
  const hash = defaultHasher('sha256');
  const pieces: [id: string, size: number][] = [];
  let putting: Promise<void>[] = [];
  const store = async (piece: Uint8Array): Promise<void> => {
    const id = await nextId();
    if (putting.length === inFlight) await putting.shift();
    const put = bytes.put(id, piece);
    // The put is awaited later. A failure until then must not count as unhandled.
    put.catch(() => undefined);
    putting.push(put);
    pieces.push([id, piece.length]);
    await hash.update(piece);
  };
  const failed = await cut(content, store);
  await Promise.all(putting);
  putting = [];
  const digest = `sha256:${await hash.digest()}`;
  return failed ? { pieces, digest, failure: failed } : { pieces, digest };
}

/** Cuts content into pieces. Returns the error of the content if it broke off, and throws the errors of `take`. */
async function cut(
  content: AsyncIterable<Uint8Array>,
  take: (piece: Uint8Array) => Promise<void>,
): Promise<{ readonly error: unknown } | undefined> {
  let buffer = new Uint8Array(pieceBytes);
  let size = 0;
  const chunks = content[Symbol.asyncIterator]();
  for (;;) {
    let next: IteratorResult<Uint8Array>;
    try {
      next = await chunks.next();
    } catch (error) {
      return { error };
    }
    if (next.done) break;
    for (let rest = next.value; rest.length > 0; ) {
      const head = rest.subarray(0, pieceBytes - size);
      buffer.set(head, size);
      size += head.length;
      rest = rest.subarray(head.length);
      if (size < pieceBytes) continue;
      await take(buffer);
      buffer = new Uint8Array(pieceBytes);
      size = 0;
    }
  }
  if (size > 0) await take(buffer.subarray(0, size));
  return undefined;
}
