/**
 * The two ports of a storage. Everything that Coracle keeps goes through them, and nothing in them concerns containers:
 * a storage never needs to know what a repository is.
 *
 * Records and pieces are separate: a key and an id may be equal. Neither shares memory with the caller, unless the
 * caller allows it. The caller may change an argument after the call. A result may be frozen, and a change of it never
 * changes the stored data. `freshReads` applies to both. If commits are atomic, a call that throws has written nothing.
 * If the storage is full, a call throws an Error whose `name` is `QuotaExceededError`, which the engine reports to
 * clients as 507: a retry at once is useless.
 */

/** A value that JSON can hold. A record's value is one of these, never a Date, a Map or bytes. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/**
 * A small JSON value under a key of 1 to 512 printable ASCII characters. As JSON in UTF-8 the value is at most 65,536
 * bytes. The engine keeps to 60 KiB, and a store refuses a value that it cannot hold. The engine picks a new `version`
 * at every write, so that two writes are never mistaken for one.
 */
export interface StoredRecord {
  readonly key: string;
  readonly version: string;
  readonly value: Json;
}

/**
 * The expectation that a record still has the version that was read, or (`null`) that there is no record under the key.
 */
export interface Expectation {
  readonly key: string;
  readonly version: string | null;
}

/**
 * Writes that are applied together, in this order: first every record of `put`, then every key of `remove`, each as
 * listed.
 *
 * Both may have thousands of entries. Only a storage whose commits are not atomic may split a change.
 */
export interface Change {
  readonly expect?: readonly Expectation[];
  readonly put?: readonly StoredRecord[];
  readonly remove?: readonly string[];
}

/**
 * The result of a commit. If `ok` is false, `key` is the first key whose expectation did not hold, and nothing was
 * written.
 */
export type CommitResult = { readonly ok: true } | { readonly ok: false; readonly key: string };

/** The range of records that a list call asks for. */
export interface ListRange {
  readonly prefix: string;
  /** Only records whose key sorts after this one are listed. It need not exist. */
  readonly after?: string;
  /** The maximum number of entries, 1 to 1,000. */
  readonly limit: number;
  /**
   * The `resume` of the page before: a hint where to go on. A stale or foreign hint is ignored, and is never an error.
   */
  readonly resume?: string;
  /**
   * Whether only the keys are needed. A store may then give records without versions and values if it would have to
   * read them.
   */
  readonly keysOnly?: boolean;
}

/** One page of records in ascending key order (by ASCII code), as full as `limit` allows. */
export interface ListPage {
  readonly entries: StoredRecord[];
  /** Whether a further record matches after the last entry; then the page is full. */
  readonly more: boolean;
  readonly resume?: string;
}

/** The promises of a record store. The engine never assumes more. */
export interface Guarantees {
  /** A commit applies all of its writes or none, and its expectations hold at that moment. */
  readonly atomicCommit: boolean;
  /** A read that starts after a commit was acknowledged sees it. */
  readonly freshReads: boolean;
  /**
   * A read is a network call: each `getMany` and each `list` costs a round trip, regardless of how much it reads. The
   * engine then asks for as much as it can at once, and keeps small manifests in records.
   */
  readonly remote: boolean;
}

/** Small JSON records under ordered ASCII keys, written together. */
export interface RecordStore {
  readonly guarantees: Guarantees;
  /**
   * A number that grows each time all records and all pieces are deleted at once, for example when the user of a
   * browser clears the data of a site. The engine then discards what it has cached. Omit this number if the storage is never
   * cleared in this way.
   */
  readonly generation?: number;
  /** Reads the records under these keys, in the order asked; `undefined` for each key without a record. */
  getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /** Lists records whose key starts with `prefix` and sorts after `after`, ascending. */
  list(range: ListRange): Promise<ListPage>;
  /** Applies all writes if every expectation holds. Otherwise writes nothing, and names the first key that differs. */
  commit(change: Change): Promise<CommitResult>;
}

/**
 * Immutable pieces of content under unguessable ids. They cannot be listed, and cannot be overwritten with other bytes.
 */
export interface ByteStore {
  /**
   * The largest piece that `put` accepts, in bytes: at least 20 MiB (a part of UploadLayerPart is stored as it came).
   */
  readonly maxBytes: number;
  /**
   * Whether `put` keeps a transferred array instead of a copy of it. If so, the engine puts each piece in a new array.
   */
  readonly keepsHandedOver?: boolean;
  /**
   * Stores a piece. `id` is 1 to 64 letters, digits and `-`. The same bytes may be put again; other bytes under an id
   * are refused.
   * @param options `handedOver`: nobody changes `bytes` any more, so that a store may keep this array itself
   */
  put(id: string, bytes: Uint8Array, options?: { readonly handedOver?: boolean }): Promise<void>;
  /**
   * Reads a piece.
   * @returns undefined if the piece does not exist
   * @param options `readOnly`: the caller does not change the result, so that it may be the store's own array
   */
  get(id: string, options?: { readonly readOnly?: boolean }): Promise<Uint8Array | undefined>;
  /** Removes any number of pieces. Ids that do not exist are ignored. */
  remove(ids: readonly string[]): Promise<void>;
}

/** A place to keep a registry: the records, the bytes, and how to close it. */
export interface Storage {
  readonly records: RecordStore;
  readonly bytes: ByteStore;
  /**
   * Remembers all that the storage holds, at a cost that does not depend on how much that is. A storage that cannot do
   * so leaves this method out. A snapshot then reads everything, and restoring it writes everything.
   */
  mark?(): Mark;
  /** Closes the storage. It may be called again. No other method may be called after it. */
  close?(): Promise<void>;
}

/**
 * All that a storage held at one moment. As long as somebody keeps it, it takes memory for all that changes afterwards.
 */
export interface Mark {
  /** Gives every record that existed, in the order of the keys. */
  records(): Iterable<StoredRecord>;
  /** Gives a piece that existed at the mark; undefined if the piece did not exist then. Do not change the bytes. */
  piece(id: string): Uint8Array | undefined;
  /**
   * Restores the records in one step, and brings back the pieces that were deleted. Pieces that were put since stay,
   * because a write in progress may be about to name them. The cost depends only on how much has changed.
   * @returns the records that were put or changed since, as they were before this call
   */
  restore(): readonly StoredRecord[];
}
