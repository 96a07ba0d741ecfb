import { keys, kinds } from '../storage/keys.ts';
import type { Json, StoredRecord } from '../storage/port.ts';
import type { Context } from './context.ts';
import type { ImageRecord } from './images/image.ts';
import { mentionsWeight, readMentions } from './images/mentions.ts';
import { collectUploads } from './layers/expired-uploads.ts';
import type { ContentRecord, LayerRecord } from './layers/layers.ts';
import { piecesIn } from './layers/piece.ts';
import { type LeaseRecord, leasedId, leasePeriod } from './layers/piece-ids.ts';
import { idsPerRecord, nextTurn, recordsPerTurn } from './next-turn.ts';
import type { RepositoryRecord } from './repositories/repository.ts';

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
 * How long a write may take to be seen by everybody where reads are not fresh, in milliseconds. Workers KV says "up to 60
 * seconds or more".
 */
const longestLag = 10 * 60 * 1000;

/**
 * Reclaims what nobody can reach any more and what is older than `grace` milliseconds. It never takes what is
 * referenced or fresh, also while others push: what it is about to take it marks first, looks again, and takes it only
 * if the mark is still there; whoever needs a marked record takes the mark away in the same commit. Where reads are not
 * fresh, somebody may not see a mark yet: there nothing younger than the longest lag is taken, and what is marked is left
 * to a collection that comes so much later.
 */
export async function collectGarbage(context: Context, { grace, layerGrace = grace }: Graces): Promise<Collected> {
  const collected: Collected = { repositories: 0, uploads: 0, layers: 0, contents: 0, bytes: 0 };
  const { freshReads } = await context.store.guarantees();
  const lag = freshReads ? 0 : longestLag;
  const now = context.clock();
  const before = now - Math.max(grace, lag);
  const beforeForLayers = now - Math.max(layerGrace, lag);
  await collectRepositories(context, before, collected);
  collected.uploads = await collectUploads(context, lag);
  for await (const { value } of allInTurns(context, kinds.repository)) {
    await collectLayers(context, (value as RepositoryRecord).id, beforeForLayers, lag, collected);
  }
  await collectContents(context, before, lag, collected);
  // A piece may become part of a layer as long as its upload is open, and that may be seen later still.
  const longestUpload = freshReads ? 0 : context.limits.uploadLifetime;
  await collectOrphans(context, before - leasePeriod - longestUpload);
  return collected;
}

/** Everything is under the id of the repository, which no other one ever has. */
async function collectRepositories(context: Context, before: number, collected: Collected): Promise<void> {
  for await (const { key, value } of allInTurns(context, kinds.gone)) {
    if ((value as { deletedAt: number }).deletedAt > before) continue;
    const id = key.slice(kinds.gone.length);
    const catalog = await context.store.get<{ logo?: string }>(keys.catalog(id));
    const logos = catalog?.logo === undefined ? [] : [keys.logo(catalog.logo)];
    const single = [keys.usage(id), keys.policy(id), keys.resourceTags(id), keys.catalog(id), ...logos];
    for (const one of single) await removeRecord(context, one);
    for (const prefix of keys.under(id)) {
      for await (const record of allInTurns(context, prefix)) await removeRecord(context, record.key);
    }
    await removeRecord(context, key);
    collected.repositories++;
  }
}

/** Removes a record and the pieces that only it names. */
async function removeRecord(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read(key);
    if (value === undefined) return;
    transaction.remove(key);
    // A tag names the pieces of its image, which takes them along itself.
    if (!key.startsWith('tag/')) transaction.discard(piecesIn(value).map(([id]) => id));
  });
}

/** Each is a transaction of its own. */
const marksPerTurn = 500;

type Marked = { readonly [member: string]: Json } & { readonly doomed?: number };

/**
 * Marks a record, unless it is marked.
 * @returns since when it is
 */
function mark(context: Context, key: string): Promise<number> {
  return context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    const doomed = value?.doomed ?? context.clock();
    if (value !== undefined && value.doomed === undefined) transaction.put(key, { ...value, doomed });
    return doomed;
  });
}

/** Takes the mark away; a record that is gone stays so. */
async function unmark(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    if (value?.doomed === undefined) return;
    const { doomed: _, ...kept } = value;
    transaction.put(key, kept);
  });
}

/** Marks the candidates, looks again, and removes what is still garbage, still marked, and has been for so long. */
async function markAndRemove(
  context: Context,
  candidates: readonly string[],
  lag: number,
  isStillGarbage: () => Promise<(key: string) => boolean>,
  remove: (key: string) => Promise<void>,
): Promise<void> {
  if (candidates.length === 0) return;
  const marked = new Map<string, number>();
  for (const [i, key] of candidates.entries()) {
    marked.set(key, await mark(context, key));
    if (i % marksPerTurn === marksPerTurn - 1) await nextTurn();
  }
  const garbage = await isStillGarbage();
  let seen = 0;
  for (const [key, since] of marked) {
    if (!garbage(key)) await unmark(context, key);
    else if (context.clock() - since >= lag) await remove(key);
    if (++seen % marksPerTurn === 0) await nextTurn();
  }
}

async function collectLayers(
  context: Context,
  id: string,
  before: number,
  lag: number,
  collected: Collected,
): Promise<void> {
  const known: Known = { images: new Set(), mentioned: new Set() };
  const isMentioned = async () => {
    await learnMentions(context, id, known);
    return (key: string) => known.mentioned.has(key.slice(keys.layer(id, '').length));
  };
  const first = await isMentioned();
  const candidates: string[] = [];
  for await (const { key, value } of allInTurns(context, keys.layer(id, ''))) {
    if ((value as LayerRecord).addedAt <= before && !first(key)) candidates.push(key);
  }
  await markAndRemove(
    context,
    candidates,
    lag,
    async () => {
      const again = await isMentioned();
      return (key) => !again(key);
    },
    async (key) => {
      const removed = await context.store.transact(async (transaction) => {
        if ((await transaction.read<LayerRecord>(key))?.doomed === undefined) return false;
        transaction.remove(key);
        return true;
      });
      if (removed) collected.layers++;
    },
  );
}

interface Known {
  /** The keys of images whose mentions have been read. */
  readonly images: Set<string>;
  readonly mentioned: Set<string>;
}

/** Reads the mentions of each image of a repository, but for those that are known already. */
async function learnMentions(context: Context, id: string, { images, mentioned }: Known): Promise<void> {
  const unknown = ({ key, value }: StoredRecord) => (images.has(key) ? 1 : mentionsWeight(value as ImageRecord));
  for await (const { key, value } of allInTurns(context, keys.image(id, ''), unknown)) {
    if (images.has(key)) continue;
    const digests = await readMentions(context, value as ImageRecord);
    // Deleted meanwhile, or lost: an image that cannot be read keeps nothing.
    if (!digests) continue;
    for (const digest of digests) mentioned.add(digest);
    images.add(key);
  }
}

/**
 * Every record under a prefix. Others have their turn in between: a storage in memory gives them without a pause.
 * @param weigh how many records a record is as much work as
 */
async function* allInTurns(
  context: Context,
  prefix: string,
  weigh: (record: StoredRecord) => number = () => 1,
): AsyncGenerator<StoredRecord> {
  let work = 0;
  for await (const record of context.store.all(prefix)) {
    work += weigh(record);
    yield record;
    if (work < recordsPerTurn) continue;
    work = 0;
    await nextTurn();
  }
}

async function collectContents(context: Context, before: number, lag: number, collected: Collected): Promise<void> {
  const linked = async () => {
    const digests = new Set<string>();
    for await (const { key } of allInTurns(context, kinds.layer))
      digests.add(key.slice(key.indexOf('/', kinds.layer.length) + 1));
    return (key: string) => digests.has(key.slice(kinds.content.length));
  };
  const isLinked = await linked();
  const candidates: string[] = [];
  for await (const { key, value } of allInTurns(context, kinds.content)) {
    const isTable = key.includes('/', kinds.content.length);
    if (!isTable && (value as ContentRecord).addedAt <= before && !isLinked(key)) candidates.push(key);
  }
  await markAndRemove(
    context,
    candidates,
    lag,
    async () => {
      const again = await linked();
      return (key) => !again(key);
    },
    async (key) => {
      const digest = key.slice(kinds.content.length);
      const size = await context.store.transact(async (transaction) => {
        const content = await transaction.read<ContentRecord>(key);
        if (content?.doomed === undefined) return undefined;
        const further = Array.from({ length: content.tables }, (_, i) => keys.contentTable(digest, i + 1));
        const all = [content, ...(await transaction.readMany(further))];
        for (const one of [key, ...further]) transaction.remove(one);
        transaction.discard(
          all.flatMap((value) => (value === undefined ? [] : piecesIn(value).map(([piece]) => piece))),
        );
        return content.size;
      });
      if (size === undefined) return;
      collected.contents++;
      collected.bytes += size;
    },
  );
}

/** Pieces that were put for a write that never came: of an old lease, and named by no record. */
async function collectOrphans(context: Context, before: number): Promise<void> {
  const old: { readonly key: string; readonly seed: string; readonly lease: LeaseRecord }[] = [];
  for await (const { key, value } of allInTurns(context, kinds.lease)) {
    const [, time = '', seed = ''] = /^lease\/(\d+)-(.+)$/.exec(key) ?? [];
    if (Number(time) <= before) old.push({ key, seed, lease: value as LeaseRecord });
  }
  if (old.length === 0) return;
  const named = new Set<string>();
  // Pieces of an upload that is completed meanwhile move from there to a content: whoever looks there first sees them.
  for (const prefix of [kinds.upload, '']) {
    const weigh = ({ value }: StoredRecord) => 1 + piecesIn(value).length / idsPerRecord;
    for await (const { value } of allInTurns(context, prefix, weigh)) {
      for (const [id] of piecesIn(value)) named.add(id);
    }
  }
  const bytes = await context.store.bytes();
  for (const { key, seed, lease } of old) {
    const numbers = lease.named ?? Array.from({ length: lease.count }, (_, n) => n);
    const still = numbers.filter((n) => named.has(leasedId(seed, n)));
    await bytes.remove(numbers.map((n) => leasedId(seed, n)).filter((id) => !named.has(id)));
    await context.store.transact(async (transaction) => {
      if (still.length === 0) transaction.remove(key);
      else transaction.put(key, { ...lease, named: still } satisfies LeaseRecord);
    });
  }
}
