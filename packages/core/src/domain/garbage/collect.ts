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

/** The number of things that a collection removed. */
export interface Collected {
  /** Deleted repositories, with all that was under them. */
  repositories: number;
  /** Uploads that had expired. */
  uploads: number;
  /** Layers that no image in their repository mentioned. */
  layers: number;
  /** Contents that were no longer a layer of any repository, and their bytes. */
  contents: number;
  bytes: number;
}

/** How long unreachable data is kept, in milliseconds. */
export interface Graces {
  readonly grace: number;
  /**
   * How long layers are kept that no image mentions; they may be waiting for their manifest. It is `grace` by default.
   */
  readonly layerGrace?: number;
}

/**
 * How long a write may take to be seen by everybody if reads are not fresh, in milliseconds. Workers KV says "up to 60
 * seconds or more".
 */
const longestLag = 10 * 60 * 1000;

/**
 * Removes what is unreachable and older than `grace` milliseconds. It never removes what is referenced or fresh, even
 * while others push.
 *
 * It marks what it is about to remove, looks again, and removes it only if the mark is still there. A writer that needs
 * a marked record removes the mark in the same commit. If reads are not fresh, a writer may not see a mark yet. Then
 * nothing younger than the longest lag is removed, and a marked record is left to a collection that comes at least that
 * much later.
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
  // A piece may become part of a layer as long as its upload is open, and others may see that even later.
  const longestUpload = freshReads ? 0 : context.limits.uploadLifetime;
  await collectOrphans(context, waits.before - leasePeriod - longestUpload);
  return { repositories, uploads, layers, contents: blobs.count, bytes: blobs.bytes };
}
