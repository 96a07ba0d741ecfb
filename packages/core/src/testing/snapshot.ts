import type { Context } from '../domain/context.ts';
import { type Piece, piecesIn } from '../domain/layers/piece.ts';
import { isObject } from '../domain/text.ts';
import { staysInStorage } from '../storage/keys.ts';
import { layoutRecord, layoutVersion, toLayout } from '../storage/layout.ts';
import type { ByteStore, Json, Mark, Storage } from '../storage/port.ts';
import { sameBytes } from '../storage-kit.ts';
import { isBytes } from '../utf8.ts';

/**
 * The version that snapshots of this release of Coracle have. A snapshot contains the records of a storage, so its
 * version is the version of the layout of these records.
 */
export const snapshotVersion = layoutVersion;

/**
 * The data of a registry at one moment. A snapshot can be copied with `structuredClone` and sent with `postMessage`. To
 * write a snapshot as JSON, use `snapshotToJson`, because `JSON.stringify` loses the bytes of the blobs.
 */
export interface Snapshot {
  /** The version of the snapshot's format. If `version` is undefined, the version is 1. */
  readonly version?: number;
  readonly records: readonly (readonly [key: string, value: Json])[];
  readonly pieces: ReadonlyMap<string, Uint8Array>;
}

/**
 * Maps each snapshot that was taken with `storage.mark()` to its storage and its mark. A mark is the state of the
 * storage at one moment. Nothing is read from the storage when the mark is made.
 */
const marks = new WeakMap<Snapshot, { readonly storage: Storage; readonly mark: Mark }>();

/** The maximum number of chunks of blob content that are read or written at the same time. */
const atOnce = 64;

/**
 * The maximum number of attempts to take a snapshot. An attempt fails if other calls delete blob content during the
 * attempt.
 */
const mostTries = 5;

/**
 * Takes a snapshot of a registry: all records of the storage, and the chunks of blob content that are named in the
 * records.
 * @throws Error if a chunk is missing, or if other calls delete blob content during each attempt
 */
export async function takeSnapshot(context: Context): Promise<Snapshot> {
  const storage = await context.store.storage();
  const mark = storage.mark?.();
  if (mark) {
    const snapshot = snapshotOf(mark);
    marks.set(snapshot, { storage, mark });
    return snapshot;
  }
  for (let tries = 0; tries < mostTries; tries++) {
    const snapshot = await readAll(context);
    if (isWhole(snapshot)) return snapshot;
  }
  throw new Error(
    'The snapshot cannot be taken, because stored content is missing, or was deleted while the snapshot was taken. Try again.',
  );
}

const isWhole = ({ records, pieces }: Snapshot): boolean =>
  records.every(([, value]) => piecesIn(value).every(([id]) => pieces.has(id)));

/**
 * Returns a snapshot with the state of the storage at the moment at which the mark was made. The records and the chunks
 * of blob content are not read before they are used, or the snapshot is cloned.
 */
function snapshotOf(mark: Mark): Snapshot {
  let records: Snapshot['records'] | undefined;
  let pieces: Snapshot['pieces'] | undefined;
  return {
    version: snapshotVersion,
    get records() {
      records ??= Array.from(mark.records(), ({ key, value }) => [key, value] as const).filter(isInSnapshots);
      return records;
    },
    get pieces() {
      pieces ??= new Map(this.records.flatMap(([, value]) => piecesIn(value)).flatMap(([id]) => copyOf(mark, id)));
      return pieces;
    },
  };
}

/** A snapshot may be shared, so it has no secret. */
const isInSnapshots = ([key]: Snapshot['records'][number]): boolean => !staysInStorage(key);

function copyOf(mark: Mark, id: string): [id: string, piece: Uint8Array][] {
  const piece = mark.piece(id);
  return piece ? [[id, new Uint8Array(piece)]] : [];
}

async function readAll({ store }: Context): Promise<Snapshot> {
  const records: [string, Json][] = [];
  const ids = new Set<string>();
  for await (const { key, value } of store.all('')) {
    if (!staysInStorage(key)) records.push([key, value]);
    for (const [id] of piecesIn(value)) ids.add(id);
  }
  const bytes = await store.bytes();
  const pieces = new Map<string, Uint8Array>();
  await inBatches([...ids], async (id) => {
    const piece = await bytes.get(id);
    if (piece) pieces.set(id, piece);
  });
  return { version: snapshotVersion, records, pieces };
}

/**
 * Replaces all data of the registry with the data of a snapshot. An upload is lost if it was started after the snapshot
 * was taken.
 * @throws TypeError if the value is not a snapshot, or if the snapshot is incomplete. In this case nothing is changed
 */
export async function restoreSnapshot(context: Context, snapshot: Snapshot): Promise<void> {
  const storage = await context.store.storage();
  const marked = marks.get(snapshot);
  if (marked?.storage === storage) {
    await goBack(context, storage, marked.mark);
    // The snapshot may have been taken before the first change.
    context.store.putFirst(layoutRecord);
  } else await writeAll(context, snapshot);
  context.liveUploads.clear();
  context.openUploads.replace(new Map());
  context.signer.forget();
  context.pieceIds.forget();
}

async function goBack({ store }: Context, { bytes }: Storage, mark: Mark): Promise<void> {
  const replaced = mark.restore();
  const kept = replaced.filter(({ key }) => staysInStorage(key));
  if (kept.length > 0) {
    await store.transact(async (transaction) => {
      for (const { key, value } of kept) transaction.put(key, value);
    });
  }
  const ids = replaced.flatMap(({ value }) => piecesIn(value)).map(([id]) => id);
  await bytes.remove(ids.filter((id) => mark.piece(id) === undefined));
}

async function writeAll(context: Context, snapshot: Snapshot): Promise<void> {
  checkSnapshot(snapshot);
  const records = toLayout(snapshot.records.filter(isInSnapshots), refuseSnapshot);
  const { store } = context;
  const bytes = await store.bytes();
  const put: Put = { added: [], renamed: new Map() };
  const { added, renamed } = put;
  try {
    await putPieces(context, bytes, snapshot.pieces, put);
    const named = new Set([...snapshot.pieces.keys()].map((id) => renamed.get(id) ?? id));
    await store.transact(async (transaction) => {
      const kept = new Set(records.map(([key]) => key));
      for await (const { key, value } of store.all('')) {
        if (!kept.has(key) && !staysInStorage(key)) transaction.remove(key);
        transaction.discard(
          piecesIn(value)
            .map(([id]) => id)
            .filter((id) => !named.has(id)),
        );
      }
      for (const [key, value] of records) transaction.put(key, withRenamed(value, renamed));
    });
  } catch (error) {
    // The first failure is the one to tell. Pieces that were there before may be named by what the registry holds.
    await bytes.remove(added).catch(() => undefined);
    throw error;
  }
}

export function refuseSnapshot(sentence: string, cause?: unknown): never {
  throw new TypeError(
    `The snapshot cannot be restored: ${sentence}. Nothing was changed. Pass the whole result of snapshot() or snapshotFromJson().`,
    { cause },
  );
}

/**
 * Checks the version of a snapshot. If the version is undefined, it counts as 1.
 * @throws TypeError if this release of Coracle cannot read snapshots of that version
 */
export function checkVersion(version: unknown = 1): void {
  if (version === 1 || version === snapshotVersion) return;
  refuseSnapshot(
    `it is a snapshot of version ${JSON.stringify(version)}, and this release of Coracle reads only 1 and ${snapshotVersion}`,
  );
}

/**
 * Checks that a value is a snapshot, and that the snapshot contains all blob content that is named in its records.
 * @throws TypeError if the value is not a snapshot, or if the snapshot is incomplete
 */
export function checkSnapshot(snapshot: unknown): asserts snapshot is Snapshot {
  // The version is checked first, because another version may have another form.
  if (isObject(snapshot)) checkVersion(snapshot.version);
  if (!isObject(snapshot) || !Array.isArray(snapshot.records) || !(snapshot.pieces instanceof Map)) {
    refuseSnapshot(
      'it is not a result of snapshot(). If it was written with JSON.stringify(), its bytes are lost: write it with snapshotToJson()',
    );
  }
  const { records, pieces } = snapshot as unknown as Snapshot;
  for (const record of records as readonly unknown[]) {
    if (!Array.isArray(record) || record.length !== 2 || typeof record[0] !== 'string' || record[1] === undefined) {
      refuseSnapshot('one of its records is not a pair of a key and a value');
    }
  }
  for (const [key, value] of records) {
    for (const piece of piecesIn(value)) {
      if (!isPiece(piece)) refuseSnapshot(`the record '${key}' must name its pieces as pairs of an id and a size`);
      checkPiece(key, piece, pieces.get(piece[0]));
    }
  }
}

const isPiece = (piece: unknown): piece is Piece =>
  Array.isArray(piece) && typeof piece[0] === 'string' && typeof piece[1] === 'number';

function checkPiece(key: string, [id, size]: Piece, piece: unknown): void {
  if (piece === undefined) refuseSnapshot(`the piece '${id}', which the record '${key}' names, is missing`);
  if (!isBytes(piece)) refuseSnapshot(`the piece '${id}' is not a Uint8Array`);
  else if (piece.length !== size) refuseSnapshot(`the piece '${id}' has ${piece.length} bytes instead of ${size}`);
}

/** The chunks of blob content that the restore of a snapshot has stored so far. */
interface Put {
  /** The ids of the chunks that were not in the storage before the snapshot was restored. */
  readonly added: string[];
  /**
   * Maps the id that a chunk has in the snapshot to the chunk's id in the storage. Only chunks that got a new id are in
   * the map.
   */
  readonly renamed: Map<string, string>;
}

/**
 * Stores the chunks of blob content of a snapshot. If the storage already has other bytes under the id of a chunk, the
 * chunk gets a new id.
 */
async function putPieces(
  context: Context,
  bytes: ByteStore,
  pieces: ReadonlyMap<string, Uint8Array>,
  { added, renamed }: Put,
): Promise<void> {
  await inBatches([...pieces], async ([id, piece]) => {
    const there = await bytes.get(id, { readOnly: true });
    if (there && sameBytes(there, piece)) return;
    const own = there ? await context.pieceIds.next() : id;
    await bytes.put(own, piece);
    added.push(own);
    if (own !== id) renamed.set(id, own);
  });
}

function withRenamed(value: Json, renamed: ReadonlyMap<string, string>): Json {
  const pieces = piecesIn(value);
  if (!pieces.some(([id]) => renamed.has(id))) return value;
  const others = pieces.map(([id, size]): Piece => [renamed.get(id) ?? id, size]);
  return { ...(value as { readonly [member: string]: Json }), pieces: others };
}

/** Calls `act` for each item. At most `atOnce` calls run at the same time. */
async function inBatches<T>(items: readonly T[], act: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += atOnce) await Promise.all(items.slice(at, at + atOnce).map(act));
}
