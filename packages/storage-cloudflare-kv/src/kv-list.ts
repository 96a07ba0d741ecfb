import type { ListPage, ListRange, StoredRecord } from '@coracle/core';
import { checkLimit } from '@coracle/core/storage-kit';
import { type KvList, type KvNamespace, limits } from './namespace.ts';
import { patiently, type Wait } from './patience.ts';
import { pieceMark, type Stored, storedAs } from './stored.ts';

/** The data and functions of a KV storage that the function `listRecords` uses. */
interface Means {
  readonly namespace: KvNamespace;
  readonly prefix: string;
  readonly wait: Wait;
  read(keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /** Returns the keys under a prefix that this isolate has written recently. */
  ownKeys(prefix: string): Iterable<string>;
  /**
   * Returns the current record under a key, or undefined if the record does not exist. `shown` is the state that a list
   * of KV shows for the key. If this isolate has made a newer write of the key, the state after that write is returned.
   */
  believed(key: string, shown: Stored | undefined): StoredRecord | undefined;
}

/**
 * A position from which a list can continue: a cursor of KV, and the last key before the position. KV lists cannot
 * continue from a key alone.
 */
interface Place {
  /** The last key before the position. All keys that sort after this key come after the position. */
  readonly from: string;
  /** The cursor of KV for the position; undefined at the start of the list. */
  readonly cursor: string | undefined;
}

/**
 * A position from which a list starts, and the number `skip` of keys to skip from there. If `skip` is undefined, the
 * list skips all keys up to the key `after` of the requested range.
 */
interface Start extends Place {
  readonly skip: number | undefined;
}

/**
 * The keys of one list operation of KV, and the position at which that operation started. The position is undefined if
 * the previous operation returned fewer keys than it was asked for, because KV may then have skipped deleted keys.
 */
interface Seen {
  readonly place: Place | undefined;
  readonly keys: readonly string[];
}

/**
 * Lists a page of records. If `resume` comes from the previous page, one list operation of KV is needed, or two if the
 * page is long or crosses the thousandth key. If `resume` is missing and `after` is given, one list operation is needed
 * for each 1,000 records before `after`.
 */
export async function listRecords(range: ListRange, means: Means): Promise<ListPage> {
  const { prefix, after = '', limit, resume } = range;
  checkLimit('kvStorage', limit);
  const before = after <= prefix;
  if (!before && !after.startsWith(prefix)) return { entries: [], more: false };
  const beginning: Start = { from: '', cursor: undefined, skip: before ? 0 : undefined };
  const start = resume === undefined ? undefined : startIn(resume, prefix, after);
  if (start === undefined) return walk(range, means, beginning);
  // A cursor may have expired. Then the list starts at its beginning.
  return walk(range, means, start).catch(() => walk(range, means, beginning));
}

async function walk(
  { prefix, after = '', limit, keysOnly = false }: ListRange,
  means: Means,
  start: Start,
): Promise<ListPage> {
  const own = [...means.ownKeys(prefix)];
  const entries: StoredRecord[] = [];
  const seen: Seen[] = [];
  let place: Place = start;
  let skip = start.skip;
  let known = true;
  for (let complete = false; !complete && entries.length <= limit; skip = place.from < after ? undefined : 0) {
    const wanted = Math.min(
      limits.keysPerList,
      skip === undefined ? limits.keysPerList : skip + limit + 1 - entries.length,
    );
    const page = await listOnce(means, prefix, place, wanted);
    const keys = page.keys.map(({ name }) => name.slice(means.prefix.length));
    seen.push({ place: known ? place : undefined, keys });
    // If the page is short, KV may have skipped deleted keys behind its last key, and such a key may be put again.
    known = keys.length === wanted;
    const end = keys.findIndex((key) => key.startsWith(pieceMark));
    complete = page.list_complete || end !== -1;
    const done = place.from > after ? place.from : after;
    place = { from: keys.at(-1) ?? place.from, cursor: page.cursor };

    const shown = new Map(keys.slice(0, end === -1 ? undefined : end).map((key, at) => [key, page.keys[at]?.metadata]));
    // The keys that this isolate has put are listed, even if KV does not list them yet.
    const mine = own.filter((key) => key > done && (complete || key <= place.from));
    const all = [...new Set([...shown.keys(), ...mine])].filter((key) => key > done).sort();
    for (let at = 0; at < all.length && entries.length <= limit; ) {
      const some = all.slice(at, at + limit + 1 - entries.length);
      entries.push(...(await (keysOnly ? keysOf : recordsOf)(some, shown, means)));
      at += some.length;
    }
  }
  if (entries.length <= limit) return { entries, more: false };
  entries.length = limit;
  return {
    entries,
    more: true,
    resume: resumeAt(prefix, entries, [...seen, { place: known ? place : undefined, keys: [] }]),
  };
}

function listOnce(means: Means, prefix: string, { cursor }: Place, limit: number): Promise<KvList> {
  const options = { prefix: means.prefix + prefix, limit, ...(cursor === undefined ? {} : { cursor }) };
  return patiently(`list the records under ${JSON.stringify(prefix)}`, means.wait, () => means.namespace.list(options));
}

/**
 * Returns the records under the given keys, without deleted records. `shown` has the metadata that a list of KV
 * returned for each key. If the metadata contains the record, no further read of the key is made.
 */
async function recordsOf(
  keys: readonly string[],
  shown: ReadonlyMap<string, unknown>,
  means: Means,
): Promise<StoredRecord[]> {
  const known = keys.map((key) => storedAs(key, shown.get(key)));
  const unknown = keys.filter((key, at) => shown.has(key) && known[at] === undefined);
  const read = new Map((await means.read(unknown)).map((record, at) => [unknown[at], record]));
  return keys
    .map((key, at) => (read.has(key) ? read.get(key) : means.believed(key, known[at])))
    .filter((record) => record !== undefined);
}

/**
 * Returns the records under the given keys with null instead of their values, and without deleted records. `shown` has
 * the metadata that a list of KV returned for each key. No record is read from KV.
 */
async function keysOf(
  keys: readonly string[],
  shown: ReadonlyMap<string, unknown>,
  means: Means,
): Promise<StoredRecord[]> {
  return keys
    .map((key) => {
      const unread = shown.has(key) ? { record: { key, version: '', value: null }, time: 0 } : undefined;
      return means.believed(key, storedAs(key, shown.get(key)) ?? unread);
    })
    .filter((record) => record !== undefined);
}

/**
 * Returns the `resume` of a page: a text with up to two positions from which a list can continue. The first position is
 * the last one before the first record of the page, for a caller that continues in the middle of the page. The second
 * position is the last one before the end of the page.
 */
function resumeAt(prefix: string, entries: readonly StoredRecord[], seen: readonly Seen[]): string {
  const last = entries.at(-1)?.key ?? '';
  const places = [entries[0]?.key ?? '', last].map((key) =>
    seen.findLastIndex(({ place }) => place !== undefined && place.from <= key),
  );
  const written = [...new Set(places)].map((at) => {
    const skip = seen.slice(at).reduce((sum, { keys }) => sum + keys.filter((key) => key <= last).length, 0);
    const { from, cursor } = seen[at]?.place ?? { from: '', cursor: undefined };
    return [from, cursor ?? null, skip] as const;
  });
  return JSON.stringify([prefix, ...written]);
}

/**
 * Returns the last position in `resume` from which a list reaches every key after `after`. Returns undefined if
 * `resume` belongs to a list of another prefix or is invalid.
 */
function startIn(resume: string, prefix: string, after: string): Start | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(resume);
  } catch {
    return undefined;
  }
  if (!Array.isArray(parsed) || parsed[0] !== prefix) return undefined;
  return parsed
    .slice(1)
    .map(asStart)
    .findLast((start) => start !== undefined && start.from <= after);
}

function asStart(written: unknown): Start | undefined {
  if (!Array.isArray(written)) return undefined;
  const [from, cursor, skip]: unknown[] = written;
  if (typeof from !== 'string' || !Number.isSafeInteger(skip)) return undefined;
  if (cursor !== null && typeof cursor !== 'string') return undefined;
  return { from, cursor: cursor ?? undefined, skip: skip as number };
}
