import { allOf, keys, readUpload } from '../../storage/keys.ts';
import type { Guarantees, StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';
import { piecesIn } from './piece.ts';
import { isExpired } from './upload-progress.ts';
import { hasProgress, type PartRecord, type Progress, type UploadRecord } from './upload-record.ts';

/**
 * An upload and its parts, as they are stored. `record` is undefined if the upload was deleted and only parts are left.
 */
interface StoredUpload {
  readonly key: string;
  readonly repositoryId: string;
  record: UploadRecord | undefined;
  readonly parts: StoredRecord[];
}

/**
 * Deletes the expired uploads with all of their parts. Counts the uploads that stay, and updates the number of open
 * uploads of each repository.
 * @param lag the maximum time in milliseconds until each reader sees a new part; 0 if readers see it at once
 * @returns the number of deleted uploads
 */
export async function collectUploads(context: Context, lag: number): Promise<number> {
  const { atomicCommit } = await context.store.guarantees();
  const open = new Map<string, number>();
  let removed = 0;
  for await (const upload of storedUploads(context)) {
    const { record, repositoryId } = upload;
    const isOver = record
      ? isExpired(context, record, progressOf(upload, record, { atomicCommit }), lag)
      : isLeftOver(context, upload, lag);
    const isGone = isOver && (await removeUpload(context, upload));
    if (record && isGone) removed++;
    else if (record) open.set(repositoryId, (open.get(repositoryId) ?? 0) + 1);
  }
  context.openUploads.replace(open);
  return removed;
}

async function* storedUploads(context: Context): AsyncGenerator<StoredUpload> {
  let upload: StoredUpload | undefined;
  let seen = 0;
  for await (const stored of context.store.all(allOf('upload'))) {
    if (++seen % recordsPerTurn === 0) await nextTurn();
    const { id: repositoryId, upload: uploadId, first } = readUpload(stored.key);
    const key = keys.upload(repositoryId, uploadId);
    if (upload?.key !== key) {
      if (upload) yield upload;
      upload = { key, repositoryId, record: undefined, parts: [] };
    }
    if (first === undefined) upload.record = stored.value as UploadRecord;
    else upload.parts.push(stored);
  }
  if (upload) yield upload;
}

const lastOf = ({ parts }: StoredUpload): Pick<PartRecord, 'last' | 'storedAt'> =>
  (parts.at(-1)?.value as PartRecord | undefined) ?? { last: -1 };

function progressOf(
  upload: StoredUpload,
  record: UploadRecord,
  { atomicCommit }: Pick<Guarantees, 'atomicCommit'>,
): Progress {
  if (atomicCommit && hasProgress(record)) return record;
  const { last, storedAt } = lastOf(upload);
  return { size: last + 1, parts: upload.parts.length, ...(storedAt === undefined ? {} : { storedAt }) };
}

/**
 * Returns whether parts without an upload record are left over from a deleted upload. If reads lag behind writes, the
 * record may exist without being visible yet. The parts must then be older than the maximum lifetime of an upload.
 */
function isLeftOver(context: Context, upload: StoredUpload, lag: number): boolean {
  const { storedAt } = lastOf(upload);
  return lag === 0 || (storedAt !== undefined && context.clock() - storedAt >= context.limits.uploadLifetime + lag);
}

/**
 * Deletes an upload with all of its parts.
 * @returns false if the upload has changed meanwhile, and is therefore not deleted
 */
async function removeUpload(context: Context, { key, record, parts }: StoredUpload): Promise<boolean> {
  const isRemoved = await context.store.transact(async (transaction) => {
    const now = await transaction.read<UploadRecord>(key);
    if (now?.startedAt !== record?.startedAt || now?.size !== record?.size) return false;
    // The upload is removed first: if the writes are not applied together, no further part is accepted then.
    transaction.remove(key);
    for (const part of parts) transaction.remove(part.key);
    // A layer may name the pieces of parts that a broken-off completion left.
    if (record) transaction.discard(parts.flatMap(({ value }) => piecesIn(value).map(([piece]) => piece)));
    return true;
  });
  if (isRemoved) context.liveUploads.delete(key);
  return isRemoved;
}
