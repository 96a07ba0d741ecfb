import { ImageTarError, invalidArchive } from '../errors.ts';
import { chunksOf, streamOf, watchSource } from './chunks.ts';

/** The first bytes of each compression that `compressionOf` recognizes. */
const magics = {
  gzip: [0x1f, 0x8b],
  zstd: [0x28, 0xb5, 0x2f, 0xfd],
  xz: [0xfd, 0x37, 0x7a, 0x58, 0x5a],
  bzip2: [0x42, 0x5a, 0x68],
} as const;

export type Compression = keyof typeof magics;

/** The number of bytes that `compressionOf` needs. */
export const magicBytes = 5;

/** Returns the compression of content that starts with the bytes `head`; undefined if it is not compressed. */
export function compressionOf(head: Uint8Array): Compression | undefined {
  const names = Object.keys(magics) as Compression[];
  return names.find((name) => magics[name].every((byte, i) => head[i] === byte));
}

/** Decompresses chunks. The chunks are read only as fast as the result is read. */
type Decompressor = (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>;

/**
 * Decompresses content, chunk by chunk. An error of `chunks` is passed on unchanged.
 * @param what the content, as error texts name it
 * @throws ImageTarError `UNSUPPORTED_ARCHIVE` if the platform cannot decompress it; `INVALID_ARCHIVE` if it is damaged
 */
export function decompress(
  chunks: AsyncIterable<Uint8Array>,
  compression: Compression,
  what: string,
): AsyncGenerator<Uint8Array> {
  return decompressBy(decompressorFor(compression, what), chunks, `${what} is not valid ${compression} data`);
}

async function* decompressBy(
  decompressor: Decompressor,
  chunks: AsyncIterable<Uint8Array>,
  problem: string,
): AsyncGenerator<Uint8Array> {
  const source = watchSource(chunks);
  try {
    yield* decompressor(source.chunks);
  } catch (failure) {
    const { isOfSource, error } = source.causeOf(failure);
    throw isOfSource ? error : invalidArchive(`${problem}, or it is cut off: save the image again`, error);
  }
}

function decompressorFor(compression: Compression, what: string): Decompressor {
  const made = (compression === 'gzip' || compression === 'zstd') && (byNode(compression) ?? byPlatform(compression));
  if (made) return made;
  throw new ImageTarError(
    'UNSUPPORTED_ARCHIVE',
    `${what} is compressed with ${compression}, which this platform cannot decompress: decompress it first, or use gzip`,
  );
}

function byPlatform(compression: 'gzip' | 'zstd'): Decompressor | undefined {
  if (typeof DecompressionStream !== 'function') return undefined;
  try {
    const stream = new DecompressionStream(compression as CompressionFormat);
    const pair = stream as unknown as ReadableWritablePair<Uint8Array, Uint8Array>;
    return (chunks) => chunksOf(streamOf(chunks).pipeThrough(pair));
  } catch {
    return undefined;
  }
}

interface NodeModules {
  readonly 'node:zlib': {
    readonly createGunzip?: () => AsyncIterable<Uint8Array>;
    readonly createZstdDecompress?: () => AsyncIterable<Uint8Array>;
  };
  readonly 'node:stream': {
    pipeline(from: AsyncIterable<Uint8Array>, to: AsyncIterable<Uint8Array>, callback: () => void): unknown;
  };
}

/**
 * Returns the decompressor of Node's own zlib, if it is available. It has zstd from Node 22.15 on, which
 * `DecompressionStream` of Node lacks. Also, `DecompressionStream` of Node buffers up to 16,384 chunks on each side.
 */
function byNode(compression: 'gzip' | 'zstd'): Decompressor | undefined {
  // Modules are looked up by name, so that a bundler for browsers finds no import to replace.
  const { process } = globalThis as {
    process?: { getBuiltinModule?: <Name extends keyof NodeModules>(name: Name) => NodeModules[Name] | undefined };
  };
  const zlib = process?.getBuiltinModule?.('node:zlib');
  const stream = process?.getBuiltinModule?.('node:stream');
  const create = compression === 'gzip' ? zlib?.createGunzip : zlib?.createZstdDecompress;
  if (!stream || !create) return undefined;
  return (chunks) => {
    const decompressed = create();
    // An error also ends the iteration of `decompressed`.
    stream.pipeline(chunks, decompressed, () => undefined);
    return decompressed;
  };
}
