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

/** What a collection took away. */
export interface Collected {
  /** Deleted repositories, with all that was under them. */
  repositories: number;
  /** Uploads that had expired. */
  uploads: number;
  /** Layers of repositories that no image there mentioned. */
  layers: number;
  /** Contents that no repository had any more as a layer, and their bytes. */
  contents: number;
  bytes: number;
}

/** How long what nobody can reach any more is kept, in milliseconds. */
export interface Graces {
  readonly grace: number;
  /** Of layers that no image mentions, which may be waiting for their manifest; `grace` by default. */
  readonly layerGrace?: number;
}

/**
 * How long a write may take to be seen by everybody if reads are not fresh, in milliseconds. Workers KV says "up to 60
 * seconds or more".
 */
const longestLag = 10 * 60 * 1000;

/**
 * Reclaims what nobody can reach any more and what is older than `grace` milliseconds. It never takes what is
 * referenced or fresh, also while others push. It marks what it is about to take, looks again, and takes it only if the
 * mark is still there. Whoever needs a marked record takes the mark away in the same commit. If reads are not fresh,
 * somebody may not see a mark yet: then nothing younger than the longest lag is taken, and what is marked is left to a
 * collection that comes so much later.
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
  // A piece may become part of a layer as long as its upload is open, and that may be seen later still.
  const longestUpload = freshReads ? 0 : context.limits.uploadLifetime;
  await collectOrphans(context, waits.before - leasePeriod - longestUpload);
  return { repositories, uploads, layers, contents: blobs.count, bytes: blobs.bytes };
}
