import { defaultHasher, type RunningHash } from '@coracle/core';
import { ImageTarError, shown } from '../errors.ts';
import type { ArchiveFile } from '../formats/files.ts';
import { chunksOf, peek } from '../source/chunks.ts';
import { type Compression, compressionOf, decompress, magicBytes } from '../source/compression.ts';

/** The digests of a layer whose digest is not known before it is read. */
export interface LayerDigests {
  readonly digest: string;
  /** The digest of the content after decompression with gzip; equal to `digest` if the layer is not compressed. */
  readonly diffId: string;
  readonly isGzip: boolean;
}

/**
 * Hashes a layer while it is read. `chunks` are the chunks of the layer, unchanged. `digests()` returns the digests
 * after all chunks have been read.
 */
export function hashLayer(
  path: string,
  content: AsyncIterable<Uint8Array>,
): { chunks: AsyncIterable<Uint8Array>; digests: () => Promise<LayerDigests> } {
  const whole = defaultHasher('sha256');
  let inner: GunzippedHash | undefined;
  const hashed = async function* () {
    const { head, chunks } = await peek(content, magicBytes);
    inner = isGzip(path, head) ? new GunzippedHash(path) : undefined;
    for await (const bytes of chunks) {
      await whole.update(bytes);
      await inner?.update(bytes);
      yield bytes;
    }
  };
  const digests = async () => {
    const digest = `sha256:${await whole.digest()}`;
    const diffId = inner ? `sha256:${await inner.digest()}` : digest;
    return { digest, diffId, isGzip: inner !== undefined };
  };
  return { chunks: hashed(), digests };
}

/**
 * Returns the digests of a layer in a file. `diffId` is the digest of the decompressed content, as the archive states it.
 * A layer that is not compressed is not read, because its digest is this one.
 */
export async function digestsOf(file: ArchiveFile, diffId: string): Promise<LayerDigests> {
  const { head, chunks } = await peek(file.read(), magicBytes);
  let compressed = false;
  try {
    compressed = isGzip(file.path, head);
  } finally {
    // Only a generator that has begun closes the file.
    if (!compressed) for await (const _ of chunks) break;
  }
  if (!compressed) return { digest: diffId, diffId, isGzip: false };
  const hashed = hashLayer(file.path, chunks);
  for await (const _ of hashed.chunks);
  return hashed.digests();
}

/**
 * Returns whether a layer that starts with the bytes `head` is compressed with gzip.
 * @throws ImageTarError `UNSUPPORTED_ARCHIVE` if it has another compression, for which Docker has no media type
 */
function isGzip(path: string, head: Uint8Array): boolean {
  const compression: Compression | undefined = compressionOf(head);
  if (compression === undefined || compression === 'gzip') return compression === 'gzip';
  throw new ImageTarError(
    'UNSUPPORTED_ARCHIVE',
    `The layer ${shown(path)} of the archive is compressed with ${compression}, and manifests of Docker have no media type for that. Convert the archive with skopeo copy docker-archive:<file> oci-archive:<new file>`,
  );
}

/** Computes the SHA-256 of the decompressed content of gzip data. */
class GunzippedHash {
  readonly #writer: WritableStreamDefaultWriter<Uint8Array>;
  readonly #hash: RunningHash = defaultHasher('sha256');
  readonly #hashing: Promise<void>;

  constructor(path: string) {
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    this.#writer = writable.getWriter();
    this.#hashing = this.#read(decompress(chunksOf(readable), 'gzip', `The layer ${shown(path)} of the archive`));
    // The error is thrown by the next call of `update` or by `digest`.
    this.#hashing.catch(() => undefined);
  }

  async update(bytes: Uint8Array): Promise<void> {
    await Promise.race([this.#writer.write(bytes), this.#hashing]);
  }

  async digest(): Promise<string> {
    await Promise.race([this.#writer.close(), this.#hashing]);
    await this.#hashing;
    return this.#hash.digest();
  }

  async #read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const bytes of chunks) await this.#hash.update(bytes);
  }
}
