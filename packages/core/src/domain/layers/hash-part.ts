import { type Digest, digestOf } from '../../digest/digest.ts';
import type { RunningHash } from '../../digest/running-hash.ts';
import type { Context } from '../context.ts';
import type { LiveUpload, Part } from './live-uploads.ts';
import { pieceBytes } from './pieces.ts';

/** The next part of an upload in memory, and the running hash of the upload. */
interface PartToHash {
  readonly live: LiveUpload;
  /** The hash of all bytes before the part, if this process has it. */
  readonly hash: RunningHash | undefined;
  readonly first: number;
  readonly bytes: Uint8Array;
}

/** The running hash with the part, or the digest of the part alone. */
interface HashedPart {
  readonly hash?: RunningHash | undefined;
  /** The digest of all bytes of the upload up to the end of the part. */
  readonly digest?: Digest;
}

/**
 * Hashes the next part of an upload.
 *
 * Most content is one part. So the first part is hashed on its own, if the hasher is faster with content that is whole
 * in one array, or if its hash cannot go on in the next request. The running hash begins with the second part.
 */
export async function hashPart(context: Context, { live, hash, first, bytes }: PartToHash): Promise<HashedPart> {
  if (first === 0 && (!hash || (hash.digestOf && isWhole(bytes)))) {
    return { hash, digest: await digestOf(context.hasher, bytes, live.algorithm) };
  }
  if (!hash) return {};
  const [before, ...others] = live.parts;
  const isBehind = before?.digest !== undefined && others.length === 0;
  if (isBehind && !(await addStored(context, hash, before))) return {};
  await hash.update(bytes);
  return { hash };
}

/** Content that fills a whole piece probably goes on in a next piece. */
const isWhole = (bytes: Uint8Array): boolean => bytes.length !== pieceBytes;

/**
 * Adds the stored bytes of a part to a hash. Returns false if they cannot be read now. The digest of the upload is then
 * computed when the upload is completed.
 */
async function addStored(context: Context, hash: RunningHash, { piece: [id, size] }: Part): Promise<boolean> {
  if (!context.room.tryTake(size)) return false;
  try {
    const bytes = await (await context.store.bytes()).get(id, { readOnly: true });
    if (bytes) await hash.update(bytes);
    return bytes !== undefined;
  } catch {
    return false;
  } finally {
    context.room.give(size);
  }
}
