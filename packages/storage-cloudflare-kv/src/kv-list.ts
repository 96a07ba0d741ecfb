import type { ListPage, ListRange, StoredRecord } from '@coracle/core';
import { checkLimit } from '@coracle/core/storage-kit';
import { type KvList, type KvNamespace, limits } from './namespace.ts';
import { patiently, type Wait } from './patience.ts';
import { pieceMark, type Stored, storedAs } from './stored.ts';

/** The parts that a list needs. */
interface Means {
  readonly namespace: KvNamespace;
  readonly prefix: string;
  readonly wait: Wait;
  read(keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /** Gives the keys under a prefix that this isolate has written recently. */
  ownKeys(prefix: string): Iterable<string>;
  /** Decides which record a key has, if KV shows this one. */
  believed(key: string, shown: Stored | undefined): StoredRecord | undefined;
}

/** A place between two keys at which KV can go on. KV has no "after this key", only cursors. */
interface Place {
  /** Every key up to this one is before the place, and every other key is behind it. */
  readonly from: string;
  /** Undefined at the very start. */
  readonly cursor: string | undefined;
}

/**
 * A place to start at, with the number of keys to skip there. If it is undefined, all keys up to `after` are skipped.
 */
interface Start extends Place {
  readonly skip: number | undefined;
}

/**
 * The result of one list operation: the keys behind a place. The place is known if the operation before gave all the
 * keys that it was asked for.
 */
interface Seen {
  readonly place: Place | undefined;
  readonly keys: readonly string[];
}

/**
 * Lists a page of records. It takes one list operation if `resume` is from the page before, and two if the page is long
 * or passes the thousandth key. If `resume` is missing, an `after` costs a list operation for each 1,000 records before
 * it.
 */
export async function listRecords(range: ListRange, means: Means): Promise<ListPage> {
  const { prefix, after = '', limit, resume } = range;
  checkLimit('kvStorage', limit);
  const before = after <= prefix;
  if (!before && !after.startsWith(prefix)) return { entries: [], more: false };
  const beginning: Start = { from: '', cursor: undefined, skip: before ? 0 : undefined };
  const start = resume === undefined ? undefined : startIn(resume, prefix, after);
  if (start === undefined) return walk(range, means, beginning);
  // A cursor that was valid once may expire.
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
    // KV may have skipped deleted keys behind the last key that it gave, and one of them may come back.
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

/** Gives the records of these keys, without deleted ones. A record that came as metadata needs no read. */
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

/** Gives the same if only the keys are needed: no record is read. */
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
 * Writes the places from which the next page can be reached: the last place before this page's end, and, for a page
 * that starts within this one, the last place before its first record.
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
 * Finds the last place in a `resume` that is not behind `after`; undefined if it was made for another list, or made up.
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
