import { allOf } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { collectUploads } from '../layers/expired-uploads.ts';
import { leasePeriod } from '../layers/piece-ids.ts';
import { existing, type StoredRepository } from '../repositories/repository.ts';
import { collectBlobs } from './blobs.ts';
import { allInTurns } from './in-turns.ts';
import { collectLayers } from './layers.ts';
import type { Waits } from './marks.ts';
import { collectOrphans } from './orphans.ts';
import { collectRepositories } from './repositories.ts';

/** The result of a garbage collection: how many repositories, uploads, layers and blobs it removed. */
export interface Collected {
  /** The number of deleted repositories whose remaining data was removed. */
  repositories: number;
  /** The number of expired uploads that were removed. */
  uploads: number;
  /** The number of layers that were removed because no image in their repository mentioned them. */
  layers: number;
  /**
   * The number of blobs that were removed because no repository had them as a layer any more. `bytes` is the total size
   * of these blobs in bytes.
   */
  contents: number;
  bytes: number;
}

/** The minimum age, in milliseconds, of data that a garbage collection may remove. */
export interface Graces {
  readonly grace: number;
  /**
   * The minimum age, in milliseconds, of a layer that may be removed because no image mentions it. The default is
   * `grace`. A longer time protects layers whose manifest has not been pushed yet.
   */
  readonly layerGrace?: number;
}

/**
 * The maximum time in milliseconds after a write in which a reader may still get the old value, if the reads of the
 * storage are not fresh. The documentation of Workers KV says "up to 60 seconds or more".
 */
const longestLag = 10 * 60 * 1000;

/**
 * Removes data that nothing refers to and that is older than `grace` milliseconds. Newer data, and data that something
 * refers to, always stays, even if clients push at the same time.
 *
 * The collection marks each record that it wants to remove, checks again that nothing refers to the record, and removes
 * the record if the mark still exists. A push that needs a marked record removes the mark in its own commit. If reads
 * are not fresh (the storage may return an old value for some time after a write), a push may not see a mark yet. A
 * collection then removes no data that is younger than the longest lag. A marked record is removed by a later
 * collection, when the mark is older than the longest lag.
 */
export async function collectGarbage(context: Context, { grace, layerGrace = grace }: Graces): Promise<Collected> {
  const { freshReads } = await context.store.guarantees();
  const lag = freshReads ? 0 : longestLag;
  const now = context.clock();
  const waits: Waits = { before: now - Math.max(grace, lag), lag };
  const waitsForLayers: Waits = { before: now - Math.max(layerGrace, lag), lag };
  const repositories = await collectRepositories(context, waits.before);
  const uploads = await collectUploads(context, lag);
  let layers = 0;
  for await (const { value } of allInTurns(context, allOf('repository'))) {
    const repository = existing(value as StoredRepository);
    if (repository) layers += await collectLayers(context, repository.id, waitsForLayers);
  }
  const blobs = await collectBlobs(context, waits);
  // A piece may become part of a layer as long as its upload is open, and other processes may see the layer even later.
  const longestUpload = freshReads ? 0 : context.limits.uploadLifetime;
  await collectOrphans(context, waits.before - leasePeriod - longestUpload);
  return { repositories, uploads, layers, contents: blobs.count, bytes: blobs.bytes };
}
