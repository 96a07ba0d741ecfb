import { keys, lastPart } from '../../storage/keys.ts';
import type { StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import type { ImageRecord } from '../images/image.ts';
import { mentionsWeight, readMentions } from '../images/mentions.ts';
import type { LayerRecord } from '../layers/layers.ts';
import { allInTurns } from './in-turns.ts';
import { markAndRemove, type Waits } from './marks.ts';

/**
 * Removes the layers of a repository if no image of the repository mentions them. Returns the number of removed layers.
 */
export async function collectLayers(context: Context, id: string, waits: Waits): Promise<number> {
  const known: Known = { images: new Set(), mentioned: new Set() };
  const findMentioned = async () => {
    await learnMentions(context, id, known);
    return (key: string) => known.mentioned.has(lastPart(key));
  };
  const isMentioned = await findMentioned();
  const candidates: string[] = [];
  for await (const { key, value } of allInTurns(context, keys.layers(id))) {
    if ((value as LayerRecord).addedAt <= waits.before && !isMentioned(key)) candidates.push(key);
  }
  let removed = 0;
  await markAndRemove(context, candidates, waits, {
    findNeeded: findMentioned,
    remove: async (key) => {
      if (await removeMarked(context, key)) removed++;
    },
  });
  return removed;
}

function removeMarked(context: Context, key: string): Promise<boolean> {
  return context.store.transact(async (transaction) => {
    if ((await transaction.read<LayerRecord>(key))?.doomed === undefined) return false;
    transaction.remove(key);
    return true;
  });
}

interface Known {
  /** The storage keys of the images whose lists of layers have been read. */
  readonly images: Set<string>;
  readonly mentioned: Set<string>;
}

/**
 * Reads the images of a repository, and adds the digests that their manifests mention to the set `mentioned`. Skips
 * each image whose storage key is in `images`, because its digests have already been added.
 */
async function learnMentions(context: Context, id: string, { images, mentioned }: Known): Promise<void> {
  const unknown = ({ key, value }: StoredRecord) => (images.has(key) ? 1 : mentionsWeight(value as ImageRecord));
  for await (const { key, value } of allInTurns(context, keys.images(id), unknown)) {
    if (images.has(key)) continue;
    const digests = await readMentions(context, value as ImageRecord);
    // The image was deleted meanwhile, or its manifest is lost. An image that cannot be read protects no layers.
    if (!digests) continue;
    for (const digest of digests) mentioned.add(digest);
    images.add(key);
  }
}
