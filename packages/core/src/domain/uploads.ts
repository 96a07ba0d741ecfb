import { type Digest, digestOfPieces } from '../digest/digest.ts';
import type { Algorithm } from '../digest/hasher.ts';
import { contention, layerPartOutOfOrder, partsUnseen, tooManyParts, uploadNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Context } from './context.ts';
import { linkLayer } from './layers.ts';
import type { LiveUpload, Part } from './live-uploads.ts';
import { type Piece, putPiece, readPieces, withPieces } from './pieces.ts';
import { type Repository, stillThere } from './repositories.ts';
import { isUuid } from './text.ts';

export type UploadRecord = { readonly startedAt: number };

/** A part is written once, under its first byte, and never again. */
type PartRecord = { readonly last: number; readonly pieces: readonly [Piece] };

/** @param algorithm of the digest that the upload will most likely be closed with */
export async function startUpload(
  context: Context,
  repository: Repository,
  algorithm: Algorithm = 'sha256',
): Promise<string> {
  const id = context.ids();
  const key = keys.upload(repository.id, id);
  await context.store.transact(async (transaction) => {
    await stillThere(transaction, repository);
    transaction.put(key, { startedAt: context.clock() } satisfies UploadRecord);
  });
  context.liveUploads.set(key, { parts: [], algorithm, hash: context.hasher(algorithm) });
  return id;
}

/** UploadNotFoundException where the repository has no open upload of this id, or it has expired. */
export async function needUpload(context: Context, repository: Repository, id: string): Promise<void> {
  const record = isUuid(id) ? await context.store.get<UploadRecord>(keys.upload(repository.id, id)) : undefined;
  if (!record || isExpired(context, record)) throw uploadNotFound({ ...repository, uploadId: id });
}

const isExpired = (context: Context, { startedAt }: UploadRecord) =>
  context.clock() - startedAt >= context.limits.uploadLifetime;

async function listParts(context: Context, repository: Repository, id: string): Promise<Part[]> {
  const prefix = keys.parts(repository.id, id);
  const parts: Part[] = [];
  for await (const { key, value } of context.store.all(prefix)) {
    const { last, pieces } = value as PartRecord;
    parts.push({ first: Number(key.slice(prefix.length)), last, piece: pieces[0] });
  }
  return parts;
}

/** The byte that the next part starts with. */
const nextOf = (parts: readonly Part[]): number => (parts.at(-1)?.last ?? -1) + 1;

/** Whether each part begins where the one before ends. */
const isWhole = (parts: readonly Part[]): boolean =>
  parts.every(({ first }, i) => first === (parts[i - 1]?.last ?? -1) + 1);

/** How many bytes of the upload are stored, read afresh. */
export async function uploadedBytes(context: Context, repository: Repository, id: string): Promise<number> {
  return nextOf(await knownParts(context, repository, id));
}

/**
 * The parts of an upload, read afresh; but where the list lags behind what this process has stored itself, that. Parts
 * are never taken back, so whoever knows more of them is right.
 */
async function knownParts(context: Context, repository: Repository, id: string): Promise<readonly Part[]> {
  const parts = await listParts(context, repository, id);
  const live = context.liveUploads.get(keys.upload(repository.id, id));
  return live && nextOf(live.parts) > nextOf(parts) ? live.parts : parts;
}

/**
 * Where the upload stands. What this process remembers is believed only as far as it agrees with
 * `first`: another process may have taken parts, but none is ever taken back.
 */
async function progress(context: Context, repository: Repository, id: string, first: number): Promise<LiveUpload> {
  const key = keys.upload(repository.id, id);
  const live = context.liveUploads.get(key);
  if (live && nextOf(live.parts) === first) return live;
  const parts = await listParts(context, repository, id);
  if (live && nextOf(live.parts) >= nextOf(parts)) return live;
  const found: LiveUpload = {
    parts,
    algorithm: 'sha256',
    hash: parts.length === 0 ? context.hasher('sha256') : undefined,
  };
  context.liveUploads.set(key, found);
  return found;
}

/** How a part is taken. */
export interface PartRules {
  /** LimitExceededException beyond this many; any number by default. */
  readonly mostParts?: number;
  /** Nobody changes the part's bytes any more, so that they need not be copied. */
  readonly handedOver?: boolean;
}

/**
 * Stores the next part of an upload. A gap, an overlap or a part sent again is InvalidLayerPartException,
 * which leaves the upload as it was.
 * @returns the upload's last byte, counted from 0.
 */
export async function appendPart(
  context: Context,
  repository: Repository,
  id: string,
  first: number,
  bytes: Uint8Array,
  { mostParts = Number.POSITIVE_INFINITY, handedOver = false }: PartRules = {},
): Promise<number> {
  const live = await progress(context, repository, id, first);
  const { parts, hash } = live;
  const next = nextOf(parts);
  const outOfOrder = (expected: number) =>
    layerPartOutOfOrder({
      ...repository,
      registryId: repository.registry.accountId,
      uploadId: id,
      first,
      expected,
      lastValidByteReceived: Math.max(0, expected - 1),
    });
  if (first !== next) throw outOfOrder(next);
  if (parts.length >= mostParts) throw tooManyParts({ ...repository, uploadId: id, limit: mostParts });

  const last = first + bytes.length - 1;
  const uploadKey = keys.upload(repository.id, id);
  const partKey = keys.part(repository.id, id, first);
  // Beside the storage, which mostly waits. Nobody else gets hold of the digest meanwhile; where the part is not stored
  // in the end, it has lost track.
  live.hash = undefined;
  const storing = putPiece(context, bytes, handedOver);
  const hashing = (async () => hash?.update(bytes))();
  const [piece] = await Promise.all([storing, hashing]);
  await withPieces(context, [piece], () =>
    context.store.transact(async (transaction) => {
      const [upload, part] = await transaction.readMany<UploadRecord | PartRecord>([uploadKey, partKey]);
      await stillThere(transaction, repository);
      if (!upload) throw uploadNotFound({ ...repository, uploadId: id });
      if (part) throw outOfOrder((part as PartRecord).last + 1);
      transaction.put(partKey, { last, pieces: [piece] } satisfies PartRecord);
    }),
  );

  if (nextOf(parts) === first) {
    parts.push({ first, last, piece });
    live.hash = hash;
  }
  return last;
}

/** What the caller holds an upload to before it becomes a layer. */
export interface CompletionRules {
  readonly algorithm: Algorithm;
  /** Throws where these parts may not be put together. */
  checkParts(parts: readonly Part[]): void;
  /** Throws where the digest of all stored bytes is not one that is wanted. */
  checkDigest(digest: Digest): void;
}

/** How often an upload is looked at again that grows while it is being completed. */
const mostTries = 24;

/**
 * Turns an upload into a layer of the repository. A rule that throws leaves the upload open;
 * success and `existed` consume it.
 */
export async function completeUpload(
  context: Context,
  repository: Repository,
  id: string,
  rules: CompletionRules,
): Promise<{ digest: Digest; size: number; outcome: 'added' | 'existed' }> {
  const uploadKey = keys.upload(repository.id, id);
  for (let tries = 0; tries < mostTries; tries++) {
    await needUpload(context, repository, id);
    const parts = await knownParts(context, repository, id);
    // A list that lags may miss one in the middle.
    if (!isWhole(parts)) throw partsUnseen(id);
    rules.checkParts(parts);
    const size = nextOf(parts);
    const digest = await digestOfUpload(context, uploadKey, parts, size, rules.algorithm);
    rules.checkDigest(digest);

    const outcome = await context.store.transact(async (transaction) => {
      const further = keys.part(repository.id, id, size);
      const [upload, part] = await transaction.readMany([uploadKey, further]);
      await stillThere(transaction, repository);
      if (upload === undefined) throw uploadNotFound({ ...repository, uploadId: id });
      if (part !== undefined) return 'grown' as const;
      const linked = await linkLayer(
        context,
        transaction,
        repository,
        digest,
        size,
        parts.map(({ piece }) => piece),
      );
      transaction.remove(uploadKey);
      for (const { first } of parts) transaction.remove(keys.part(repository.id, id, first));
      return linked;
    });
    // A part that was acknowledged meanwhile belongs to the layer as well.
    if (outcome === 'grown') continue;
    context.liveUploads.delete(uploadKey);
    return { digest, size, outcome };
  }
  throw contention(mostTries);
}

/** Whether these are the same pieces: where commits are not atomic, another process may have put a part in the place of one. */
const areSame = (left: readonly Part[], right: readonly Part[]): boolean =>
  left.length === right.length && left.every(({ piece: [id] }, i) => id === right[i]?.piece[0]);

/** The running digest where it has seen just these parts; otherwise the stored bytes are read through a fresh one. */
async function digestOfUpload(
  context: Context,
  uploadKey: string,
  parts: readonly Part[],
  size: number,
  algorithm: Algorithm,
): Promise<Digest> {
  const live = context.liveUploads.get(uploadKey);
  if (live?.hash && live.algorithm === algorithm && areSame(live.parts, parts)) {
    const { hash } = live;
    live.hash = undefined;
    return `${algorithm}:${await hash.digest()}`;
  }
  const pieces = parts.map(({ piece }) => piece);
  return digestOfPieces(context.hasher, readPieces(context, pieces, 0, size - 1, true), algorithm);
}

/** Drops an upload and what it has stored. */
export async function cancelUpload(context: Context, repository: Repository, id: string): Promise<void> {
  const uploadKey = keys.upload(repository.id, id);
  await needUpload(context, repository, id);
  const parts = await listParts(context, repository, id);
  await context.store.transact(async (transaction) => {
    const upload = await transaction.read(uploadKey);
    if (upload === undefined) throw uploadNotFound({ ...repository, uploadId: id });
    transaction.remove(uploadKey);
    for (const { first } of parts) transaction.remove(keys.part(repository.id, id, first));
    transaction.discard(parts.map(({ piece: [piece] }) => piece));
  });
  context.liveUploads.delete(uploadKey);
}
