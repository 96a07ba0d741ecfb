import { piecesIn } from '../domain/layers/piece.ts';
import { isObject } from '../domain/text.ts';
import { base64Length, bytesFromBase64, bytesToBase64 } from './base64.ts';
import { checkSnapshot, checkVersion, refuseSnapshot, type Snapshot, snapshotVersion } from './snapshot.ts';

/** The value of the member `format` in the JSON of a snapshot. Other JSON does not have this value. */
const format = 'coracle-snapshot';

/** The maximum length of a string in Node and Chromium, in UTF-16 code units. */
const longestText = 2 ** 29 - 24;

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/**
 * Returns a snapshot as JSON, for example to keep it in a file: `writeFile('registry.json', snapshotToJson(snapshot))`.
 * The JSON has one line for each record and for each chunk of blob content, so a diff of two files shows what has
 * changed.
 * @throws TypeError if the argument is not a snapshot
 * @throws RangeError if the snapshot is too large for one string. The limit is about 400 MB of blob content
 */
export function snapshotToJson(snapshot: Snapshot): string {
  if (!isObject(snapshot) || !Array.isArray(snapshot.records) || !('pieces' in snapshot)) {
    throw new TypeError('snapshotToJson() needs a snapshot: pass the awaited result of snapshot()');
  }
  const { version = 1, records } = snapshot;
  const recordLines = records.map((record) => JSON.stringify(record));
  // The size is computed from the sizes in the records, because a snapshot in memory copies its pieces as soon as
  // somebody looks at them.
  const sizes = new Map(records.flatMap(([, value]) => piecesIn(value)));
  const size = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const length = recordLines.reduce((sum, line) => sum + line.length, base64Length(size));
  if (length + 100 * (records.length + sizes.size) > longestText) {
    throw new RangeError(
      `A snapshot with ${megabytes(size)} of content is too large for one JSON text. Keep the snapshot in IndexedDB, or as a copy from structuredClone().`,
    );
  }
  const pieceLines = Array.from(snapshot.pieces, ([id, piece]) => JSON.stringify([id, bytesToBase64(piece)]));
  return `{"format":"${format}","version":${version},\n"records":${listOf(recordLines)},\n"pieces":${listOf(pieceLines)}}\n`;
}

const listOf = (lines: readonly string[]): string => (lines.length === 0 ? '[]' : `[\n${lines.join(',\n')}\n]`);

/**
 * Reads a snapshot from the JSON that `snapshotToJson` returned. The snapshot can be restored in a registry with any
 * storage, if that registry has the same account and region as the registry of the snapshot.
 * @throws TypeError if the text is not a result of `snapshotToJson`, if the text is incomplete, or if this release of
 * Coracle cannot read the snapshot's version
 */
export function snapshotFromJson(text: string): Snapshot {
  if (typeof text !== 'string') return refuseSnapshot('snapshotFromJson() needs a string, so read the file as UTF-8');
  const json = parse(text);
  if (!isObject(json) || json.format !== format) return refuseSnapshot('its text is not a result of snapshotToJson()');
  checkVersion(json.version);
  const { records, pieces } = json;
  if (!Array.isArray(records) || !Array.isArray(pieces))
    return refuseSnapshot('its JSON has no list of records, or no list of pieces');
  const snapshot = { version: snapshotVersion, records, pieces: new Map(pieces.map(readPiece)) };
  checkSnapshot(snapshot);
  return snapshot;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuseSnapshot('its text is not JSON, or is not complete', error);
  }
}

function readPiece(pair: unknown): readonly [id: string, piece: Uint8Array] {
  const [id, base64] = Array.isArray(pair) ? (pair as unknown[]) : [];
  const piece = typeof base64 === 'string' ? bytesFromBase64(base64) : undefined;
  if (typeof id !== 'string' || !piece)
    return refuseSnapshot(`the piece '${String(id)}' is not a pair of an id and base64`);
  return [id, piece];
}
