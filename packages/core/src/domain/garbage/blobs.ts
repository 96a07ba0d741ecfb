import { allOf, keys, lastPart, readBlob } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import type { BlobRecord } from '../layers/layers.ts';
import { piecesIn } from '../layers/piece.ts';
import { allInTurns } from './in-turns.ts';
import { markAndRemove, type Waits } from './marks.ts';

/**
 * Removes the blobs that no repository has as a layer. Returns the number of removed blobs and their total size in
 * bytes.
 */
export async function collectBlobs(context: Context, waits: Waits): Promise<{ count: number; bytes: number }> {
  const findLinked = async () => {
    const digests = new Set<string>();
    for await (const { key } of allInTurns(context, allOf('layer'))) digests.add(lastPart(key));
    return (key: string) => digests.has(readBlob(key).digest);
  };
  const isLinked = await findLinked();
  const candidates: string[] = [];
  for await (const { key, value } of allInTurns(context, allOf('blob'))) {
    if (readBlob(key).isTable || isLinked(key)) continue;
    if ((value as BlobRecord).addedAt <= waits.before) candidates.push(key);
  }
  const collected = { count: 0, bytes: 0 };
  await markAndRemove(context, candidates, waits, {
    findNeeded: findLinked,
    remove: async (key) => {
      const size = await removeMarked(context, key);
      if (size === undefined) return;
      collected.count++;
      collected.bytes += size;
    },
  });
  return collected;
}

/**
 * Removes a blob with all of its records and its stored content, and returns the size of the blob in bytes. If the blob
 * is no longer marked for removal, returns undefined and removes nothing.
 */
function removeMarked(context: Context, key: string): Promise<number | undefined> {
  return context.store.transact(async (transaction) => {
    const blob = await transaction.read<BlobRecord>(key);
    if (blob?.doomed === undefined) return undefined;
    const { digest } = readBlob(key);
    const further = Array.from({ length: blob.tables }, (_, i) => keys.blobTable(digest, i + 1));
    const all = [blob, ...(await transaction.readMany(further))];
    for (const one of [key, ...further]) transaction.remove(one);
    transaction.discard(all.flatMap((value) => (value === undefined ? [] : piecesIn(value).map(([piece]) => piece))));
    return blob.size;
  });
}
