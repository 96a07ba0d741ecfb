import { type Digest, digestOfPieces } from '../digest/digest.ts';
import type { Algorithm } from '../digest/hasher.ts';
import { contention, layerPartOutOfOrder, type RegistryError, tooManyOpenUploads, uploadNotFound } from '../errors.ts';
import { keys } from '../storage/keys.ts';
import type { Context } from './context.ts';
import { freeId } from './free-id.ts';
import { linkLayer } from './layers.ts';
import type { LiveUpload, Part } from './live-uploads.ts';
import { nextTurn } from './next-turn.ts';
import { putPiece, readPieces, withPieces } from './pieces.ts';
import { type Repository, readIn, stillThere } from './repositories.ts';
import {
  knownParts,
  openParts,
  openUpload,
  type PartRecord,
  type Progress,
  sizeOf,
  type UploadRecord,
  type UploadRef,
} from './upload-progress.ts';
import { newStateKey } from './upload-states.ts';

/**
 * Starts an upload.
 * @param algorithm of the digest that the upload will most likely be closed with
 * @throws ThrottlingException if the repository has as many open uploads as it may have
 */
export async function startUpload(
  context: Context,
  repository: Repository,
  algorithm: Algorithm = 'sha256',
): Promise<{ uploadId: string; record: UploadRecord }> {
  const { openUploads, limits } = context;
  const { atomicCommit } = await context.store.guarantees();
  if (openUploads.in(repository.id) >= limits.openUploads) {
    throw tooManyOpenUploads({ ...repository, limit: limits.openUploads });
  }
  const startedAt = context.clock();
  const record: UploadRecord = atomicCommit ? { startedAt, size: 0, parts: 0 } : { startedAt, stateKey: newStateKey() };
  // Before it is there: uploads that are started at once do not pass the limit together.
  openUploads.add(repository.id);
  try {
    const uploadId = await context.store.transact(async (transaction) => {
      const find = async (id: string) => (await readIn(transaction, repository, [keys.upload(repository.id, id)]))[0];
      const first = context.ids();
      if (!atomicCommit) await stillThere(transaction, repository);
      // A place whose reads lag would go on to see nothing under an id that it has looked for.
      const id = atomicCommit ? await freeId(context, first, find) : first;
      transaction.put(keys.upload(repository.id, id), record);
      return id;
    });
    const live = { parts: [], algorithm, hash: context.hasher(algorithm) };
    context.liveUploads.set(keys.upload(repository.id, uploadId), live);
    return { uploadId, record };
  } catch (error) {
    openUploads.takeOff(repository.id);
    throw error;
  }
}

/** How parts are taken. */
export interface PartRules {
  readonly maxParts: number;
  /** Makes the error that is thrown beyond them. */
  tooMany(limit: number): RegistryError;
  /** Nobody changes the part's bytes any more, so that they need not be copied. */
  readonly handedOver: boolean;
}

/** A part, and the upload that it is the next of, as far as that is known. */
export interface NextPart {
  readonly uploadId: string;
  readonly after: Progress;
  readonly first: number;
  readonly bytes: Uint8Array;
  /** How many parts it counts as; 1 by default. */
  readonly counts?: number;
}

/**
 * Stores the next part of an upload. A gap, an overlap or a part sent again is InvalidLayerPartException,
 * which leaves the upload as it was.
 * @returns how far the upload is then
 */
export async function appendPart(
  context: Context,
  repository: Repository,
  { uploadId, after, first, bytes, counts = 1 }: NextPart,
  { maxParts, tooMany, handedOver }: PartRules,
): Promise<Progress> {
  const outOfOrder = (expected: number) =>
    layerPartOutOfOrder({
      ...repository,
      registryId: repository.registry.accountId,
      uploadId,
      first,
      expected,
      lastValidByteReceived: Math.max(0, expected - 1),
    });
  if (first !== after.size) throw outOfOrder(after.size);
  const parts = after.parts + counts;
  if (parts > maxParts) throw tooMany(maxParts);

  const uploadKey = keys.upload(repository.id, uploadId);
  const partKey = keys.part(repository.id, uploadId, first);
  const last = first + bytes.length - 1;
  const live = liveAt(context, uploadKey, first);
  const hash = live?.hash;
  // Beside the storage, which mostly waits. Nobody else gets hold of the digest meanwhile; if the part is not stored
  // in the end, it has lost track.
  if (live) live.hash = undefined;
  const storing = putPiece(context, bytes, handedOver);
  const hashing = (async () => hash?.update(bytes))();
  const [piece] = await Promise.all([storing, hashing]);
  const progress = await withPieces(context, [piece], () =>
    context.store.transact(async (transaction) => {
      const [upload, part] = await readIn<UploadRecord | PartRecord>(transaction, repository, [uploadKey, partKey]);
      if (!upload) throw uploadNotFound({ ...repository, uploadId });
      const { startedAt, size = first } = upload as UploadRecord;
      if (transaction.atomic && size !== first) throw outOfOrder(size);
      if (part) throw outOfOrder((part as PartRecord).last + 1);
      const storedAt = context.clock();
      const grown: Progress = { size: last + 1, parts, storedAt };
      const record: PartRecord = { last, pieces: [piece] };
      transaction.put(partKey, transaction.atomic ? record : { ...record, storedAt });
      if (transaction.atomic) transaction.put(uploadKey, { startedAt, ...grown } satisfies UploadRecord);
      return grown;
    }),
  );

  if (live && sizeOf(live.parts) === first) {
    const { storedAt } = progress;
    context.liveUploads.grow(uploadKey, live, { first, last, piece, ...(storedAt === undefined ? {} : { storedAt }) });
    live.hash = hash;
  }
  return progress;
}

/** The upload whose next part starts at `first`, as this process knows it; undefined if it has not seen all before that. */
function liveAt(context: Context, uploadKey: string, first: number): LiveUpload | undefined {
  const live = context.liveUploads.get(uploadKey);
  if (live && sizeOf(live.parts) >= first) return sizeOf(live.parts) === first ? live : undefined;
  context.liveUploads.delete(uploadKey);
  if (first > 0) return undefined;
  const begun: LiveUpload = { parts: [], algorithm: 'sha256', hash: context.hasher('sha256') };
  context.liveUploads.set(uploadKey, begun);
  return begun;
}

/** The rules that an upload must keep before it becomes a layer. */
export interface CompletionRules {
  readonly algorithm: Algorithm;
  /** Throws if these parts may not be put together. */
  checkParts(parts: readonly Part[]): void;
  /** Throws if the digest of all stored bytes is not one that is wanted. */
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
  upload: UploadRef,
  rules: CompletionRules,
): Promise<{ digest: Digest; size: number; outcome: 'added' | 'existed' }> {
  const { uploadId: id } = upload;
  const uploadKey = keys.upload(repository.id, id);
  for (let tries = 0; tries < mostTries; tries++) {
    const parts = await openParts(context, repository, upload);
    rules.checkParts(parts);
    const size = sizeOf(parts);
    const digest = await digestOfUpload(context, uploadKey, parts, size, rules.algorithm);
    rules.checkDigest(digest);

    const outcome = await context.store.transact(async (transaction) => {
      const further = keys.part(repository.id, id, size);
      const [record, part] = await readIn(transaction, repository, [uploadKey, further]);
      if (record === undefined) throw uploadNotFound({ ...repository, uploadId: id });
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
    forget(context, repository, uploadKey);
    return { digest, size, outcome };
  }
  throw contention(mostTries);
}

/** Whether these are the same pieces: if commits are not atomic, another process may have put a part in the place of one. */
const areSame = (left: readonly Part[], right: readonly Part[]): boolean =>
  left.length === right.length && left.every(({ piece: [id] }, i) => id === right[i]?.piece[0]);

/** Gives the running digest if it has seen just these parts; otherwise it reads the stored bytes through a fresh one. */
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
  return digestOfPieces(context.hasher, inTurns(readPieces(context, pieces, 0, size - 1, true)), algorithm);
}

/** How much is hashed in one go, which takes some 20 ms; and how many bytes take as long as to get a piece. */
const bytesPerTurn = 16 * 1024 * 1024;
const bytesPerPiece = 8 * 1024;

async function* inTurns(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const piece of pieces) {
    yield piece;
    bytes += piece.length + bytesPerPiece;
    if (bytes < bytesPerTurn) continue;
    bytes = 0;
    await nextTurn();
  }
}

/** Drops an upload and what it has stored. */
export async function cancelUpload(context: Context, repository: Repository, upload: UploadRef): Promise<void> {
  const { uploadId } = upload;
  const uploadKey = keys.upload(repository.id, uploadId);
  await openUpload(context, repository, upload);
  await context.store.transact(async (transaction) => {
    const record = await transaction.read(uploadKey);
    if (record === undefined) throw uploadNotFound({ ...repository, uploadId });
    // After the record, which changes with each part: none that comes later is left behind.
    const parts = await knownParts(context, repository, uploadId);
    transaction.remove(uploadKey);
    for (const { first } of parts) transaction.remove(keys.part(repository.id, uploadId, first));
    transaction.discard(parts.map(({ piece: [piece] }) => piece));
  });
  forget(context, repository, uploadKey);
}

function forget(context: Context, repository: Repository, uploadKey: string): void {
  context.liveUploads.delete(uploadKey);
  context.openUploads.takeOff(repository.id);
}
