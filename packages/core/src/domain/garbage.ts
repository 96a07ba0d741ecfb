import { keys, kinds } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';
import type { ImageRecord } from './images.ts';
import type { ContentRecord, LayerRecord } from './layers.ts';
import { parseManifest } from './manifests.ts';
import { type LeaseRecord, leasedId, leasePeriod } from './piece-ids.ts';
import { collectPieces, piecesIn } from './pieces.ts';
import type { RepositoryRecord } from './repositories.ts';
import type { UploadRecord } from './uploads.ts';

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

/**
 * Reclaims what nobody can reach any more and what is older than `grace` milliseconds. It never takes what is
 * referenced or fresh, also while others push: what it is about to take it marks first, looks again, and takes it only
 * if the mark is still there; whoever needs a marked record takes the mark away in the same commit.
 */
export async function collectGarbage(context: Context, grace: number): Promise<Collected> {
  const collected: Collected = { repositories: 0, uploads: 0, layers: 0, contents: 0, bytes: 0 };
  const before = context.clock() - grace;
  await collectRepositories(context, before, collected);
  await collectUploads(context, collected);
  for await (const { value } of context.store.all(kinds.repository)) {
    await collectLayers(context, (value as RepositoryRecord).id, before, collected);
  }
  await collectContents(context, before, collected);
  await collectOrphans(context, before - leasePeriod);
  return collected;
}

/** Everything is under the id of the repository, which no other one ever has. */
async function collectRepositories(context: Context, before: number, collected: Collected): Promise<void> {
  for await (const { key, value } of context.store.all(kinds.gone)) {
    if ((value as { deletedAt: number }).deletedAt > before) continue;
    const id = key.slice(kinds.gone.length);
    const catalog = await context.store.get<{ logo?: string }>(keys.catalog(id));
    const logos = catalog?.logo === undefined ? [] : [keys.logo(catalog.logo)];
    const single = [keys.usage(id), keys.policy(id), keys.resourceTags(id), keys.catalog(id), ...logos];
    for (const one of single) await removeRecord(context, one);
    for (const prefix of keys.under(id)) {
      for await (const record of context.store.all(prefix)) await removeRecord(context, record.key);
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

async function collectUploads(context: Context, collected: Collected): Promise<void> {
  const expired = context.clock() - context.limits.uploadLifetime;
  let open: { readonly key: string; readonly isExpired: boolean } | undefined;
  for await (const { key, value } of context.store.all(kinds.upload)) {
    const isPart = open !== undefined && key.startsWith(`${open.key}/`);
    if (!isPart) open = { key, isExpired: (value as UploadRecord).startedAt <= expired };
    if (!open?.isExpired) continue;
    // The upload first: with it gone, no further part is taken.
    await removeRecord(context, key);
    if (!isPart) collected.uploads++;
  }
}

/** Writes a record anew, with or without the mark; one that is gone stays so. */
async function mark(context: Context, key: string, doomed: boolean): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    if (value === undefined) return;
    const { doomed: _, ...kept } = value;
    transaction.put(key, doomed ? { ...kept, doomed } : kept);
  });
}

type Marked = { readonly [member: string]: Json } & { readonly doomed?: true };

/** Marks the candidates, looks again, and removes what is still garbage and still marked. */
async function markAndRemove(
  context: Context,
  candidates: readonly string[],
  isStillGarbage: () => Promise<(key: string) => boolean>,
  remove: (key: string) => Promise<void>,
): Promise<void> {
  if (candidates.length === 0) return;
  for (const key of candidates) await mark(context, key, true);
  const garbage = await isStillGarbage();
  for (const key of candidates) {
    if (garbage(key)) await remove(key);
    else await mark(context, key, false);
  }
}

async function collectLayers(context: Context, id: string, before: number, collected: Collected): Promise<void> {
  const mentioned = new Map<string, readonly string[]>();
  const isMentioned = async () => {
    await readMentions(context, id, mentioned);
    const all = new Set([...mentioned.values()].flat());
    return (key: string) => all.has(key.slice(keys.layer(id, '').length));
  };
  const first = await isMentioned();
  const candidates: string[] = [];
  for await (const { key, value } of context.store.all(keys.layer(id, ''))) {
    if ((value as LayerRecord).addedAt <= before && !first(key)) candidates.push(key);
  }
  await markAndRemove(
    context,
    candidates,
    async () => {
      const again = await isMentioned();
      return (key) => !again(key);
    },
    async (key) => {
      const removed = await context.store.transact(async (transaction) => {
        if (!(await transaction.read<LayerRecord>(key))?.doomed) return false;
        transaction.remove(key);
        return true;
      });
      if (removed) collected.layers++;
    },
  );
}

/** The layers that each image of a repository mentions; those of images that are known already are not read again. */
async function readMentions(context: Context, id: string, mentions: Map<string, readonly string[]>): Promise<void> {
  for await (const { key, value } of context.store.all(keys.image(id, ''))) {
    if (mentions.has(key)) continue;
    const { pieces, mediaType } = value as ImageRecord;
    const bytes = await collectPieces(context, pieces);
    // Deleted meanwhile, or lost: an image that cannot be read keeps nothing.
    if (bytes)
      mentions.set(
        key,
        parseManifest(new TextDecoder().decode(bytes), mediaType).blobs.map(({ digest }) => digest),
      );
  }
}

async function collectContents(context: Context, before: number, collected: Collected): Promise<void> {
  const linked = async () => {
    const digests = new Set<string>();
    for await (const { key } of context.store.all(kinds.layer))
      digests.add(key.slice(key.indexOf('/', kinds.layer.length) + 1));
    return (key: string) => digests.has(key.slice(kinds.content.length));
  };
  const isLinked = await linked();
  const candidates: string[] = [];
  for await (const { key, value } of context.store.all(kinds.content)) {
    const isTable = key.includes('/', kinds.content.length);
    if (!isTable && (value as ContentRecord).addedAt <= before && !isLinked(key)) candidates.push(key);
  }
  await markAndRemove(
    context,
    candidates,
    async () => {
      const again = await linked();
      return (key) => !again(key);
    },
    async (key) => {
      const digest = key.slice(kinds.content.length);
      const size = await context.store.transact(async (transaction) => {
        const content = await transaction.read<ContentRecord>(key);
        if (!content?.doomed) return undefined;
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
  for await (const { key, value } of context.store.all(kinds.lease)) {
    const [, time = '', seed = ''] = /^lease\/(\d+)-(.+)$/.exec(key) ?? [];
    if (Number(time) <= before) old.push({ key, seed, lease: value as LeaseRecord });
  }
  if (old.length === 0) return;
  const named = new Set<string>();
  // Pieces of an upload that is completed meanwhile move from there to a content: whoever looks there first sees them.
  for (const prefix of [kinds.upload, '']) {
    for await (const { value } of context.store.all(prefix)) for (const [id] of piecesIn(value)) named.add(id);
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
