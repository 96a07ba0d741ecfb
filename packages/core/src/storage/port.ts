/**
 * The two ports of a storage. Everything that Coracle keeps goes through them, and nothing in them
 * is about containers: a storage never needs to know what a repository is.
 *
 * Records and pieces are separate: a key and an id may be equal. Neither shares memory with the caller, unless the
 * caller says that it may: what was handed in may change afterwards, and what is handed out may be frozen but never
 * changes what is stored. `freshReads` is about both. A call that throws has written nothing where commits are atomic.
 * If there is no room left, a call throws an Error whose `name` is `QuotaExceededError`, which the engine tells clients as
 * 507: it is of no use to try again at once.
 */

/** What JSON can hold. A record's value is one of these, never a Date, a Map or bytes. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/**
 * A small JSON value under a key of 1 to 512 printable ASCII characters. As JSON in UTF-8 the value is at most
 * 65,536 bytes; the engine keeps to 60 KiB, and a store refuses what it cannot hold. The engine picks a fresh `version` at every write, so that two writes are never mistaken for one.
 */
export interface StoredRecord {
  readonly key: string;
  readonly version: string;
  readonly value: Json;
}

/** That a record still has the version that was read, or (`null`) that there is none under the key. */
export interface Expectation {
  readonly key: string;
  readonly version: string | null;
}

/**
 * Writes that are applied together, in the order: `put` as listed, then `remove` as listed. There may be
 * thousands of each; a store splits what it cannot apply at once only if its commits are not atomic.
 */
export interface Change {
  readonly expect?: readonly Expectation[];
  readonly put?: readonly StoredRecord[];
  readonly remove?: readonly string[];
}

/** `ok: false` names the first key whose expectation did not hold; nothing was written then. */
export type CommitResult = { readonly ok: true } | { readonly ok: false; readonly key: string };

/** Which records a list call wants. */
export interface ListRange {
  readonly prefix: string;
  /** Only keys that sort after this one. It need not exist. */
  readonly after?: string;
  /** At most this many entries, 1 to 1,000. */
  readonly limit: number;
  /** The `resume` of the page before: a hint where to go on. A stale or foreign one is passed over, never an error. */
  readonly resume?: string;
  /** Only the keys are looked at: a store may give records without their versions and values where it would have to read them. */
  readonly keysOnly?: boolean;
}

/** One page of records in ascending key order (by ASCII code), as full as `limit` allows. */
export interface ListPage {
  readonly entries: StoredRecord[];
  /** Whether a further record matches after the last entry; then the page is full. */
  readonly more: boolean;
  readonly resume?: string;
}

/** What a record store can promise. The engine never assumes more. */
export interface Guarantees {
  /** A commit applies all of its writes or none, and its expectations hold at that moment. */
  readonly atomicCommit: boolean;
  /** A read that starts after a commit was acknowledged sees it. */
  readonly freshReads: boolean;
  /**
   * A read is a network call: each `getMany` and each `list` costs a round trip, whatever it reads. The engine then asks
   * for as much as it can at once, and keeps small manifests in records.
   */
  readonly remote: boolean;
}

/** Small JSON records under ordered ASCII keys, written together. */
export interface RecordStore {
  readonly guarantees: Guarantees;
  /**
   * Grows when all that the storage held, pieces too, has gone at once, as when the user of a browser clears the data of
   * a site. The engine keeps nothing in memory beyond that. A storage whose contents never go in this way leaves it out.
   */
  readonly generation?: number;
  /** The records under these keys, in the order asked; `undefined` where there is none. */
  getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /** Records whose key starts with `prefix` and sorts after `after`, ascending. */
  list(range: ListRange): Promise<ListPage>;
  /** If every expectation holds, applies all writes; otherwise applies none and names the key that differed. */
  commit(change: Change): Promise<CommitResult>;
}

/** Immutable pieces of content under unguessable ids. No listing, no overwriting with other bytes. */
export interface ByteStore {
  /** The largest piece that `put` takes, in bytes: at least 20 MiB (a part of UploadLayerPart is stored as it came). */
  readonly maxBytes: number;
  /** Whether `put` keeps an array that is handed over: then it is worth the engine's while to hand over a fresh one. */
  readonly keepsHandedOver?: boolean;
  /**
   * `id` is 1 to 64 letters, digits and `-`. The same bytes again are taken; other bytes under an id are refused.
   * @param options `handedOver`: nobody changes `bytes` any more, so that a store may keep the very array.
   */
  put(id: string, bytes: Uint8Array, options?: { readonly handedOver?: boolean }): Promise<void>;
  /** @param options `readOnly`: the caller changes nothing of what it gets, so that it may be the store's own array. */
  get(id: string, options?: { readonly readOnly?: boolean }): Promise<Uint8Array | undefined>;
  /** Any number of them; ids that are not there are passed over. */
  remove(ids: readonly string[]): Promise<void>;
}

/** A place to keep a registry: the records and the bytes, and how to let go of it. */
export interface Storage {
  readonly records: RecordStore;
  readonly bytes: ByteStore;
  /**
   * Remembers all that the storage holds, at a cost that does not depend on how much it is. A storage that cannot do so
   * leaves it out: a snapshot then reads everything, and going back to it writes everything.
   */
  mark?(): Mark;
  /** May be called again; nothing else may be called after it. */
  close?(): Promise<void>;
}

/** All that a storage held at one moment. It takes memory for what changes afterwards, for as long as somebody keeps it. */
export interface Mark {
  /** Gives every record that there was, in the order of the keys. */
  records(): Iterable<StoredRecord>;
  /** Gives a piece that there was, which nobody may change. */
  piece(id: string): Uint8Array | undefined;
  /**
   * Makes the records what they were, in one step, and brings back the pieces that are gone. Pieces that came since stay,
   * for a write under way may be about to name them. The cost depends only on what has changed.
   * @returns the records that were put or changed since, as they were before this call
   */
  restore(): readonly StoredRecord[];
}
