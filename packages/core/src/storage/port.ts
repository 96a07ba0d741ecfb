/**
 * This file defines the two interfaces that a storage implements: `RecordStore` for small JSON records, and `ByteStore`
 * for pieces of content. The engine keeps everything in them. A storage needs to know nothing about repositories or
 * images.
 *
 * A key of a record and an id of a piece may be equal, because records and pieces are separate. A storage copies its
 * arguments and results, unless the caller allows it to share memory. The caller may change an argument after the call.
 * A result may be frozen, and changing it never changes the stored data.
 *
 * `freshReads` applies to records and pieces. If commits are atomic, a call that throws has written nothing. If the
 * storage is full, a call throws an Error whose `name` is `QuotaExceededError`. The engine reports this error to
 * clients as 507, because an immediate retry is useless.
 */

/** A value that JSON can hold, such as the value of a record. It is never a Date, a Map or bytes. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [member: string]: Json };

/**
 * A record: a small JSON value under a key of 1 to 512 printable ASCII characters. As JSON in UTF-8, the value has at
 * most 65,536 bytes. The engine writes at most 60 KiB, and a storage rejects a value that it cannot store.
 *
 * The engine chooses a new `version` at every write, so that two writes of a record are never confused.
 */
export interface StoredRecord {
  readonly key: string;
  readonly version: string;
  readonly value: Json;
}

/**
 * A condition of a commit: the record under `key` still has this `version`, or, if `version` is null, no record exists
 * under `key`.
 */
export interface Expectation {
  readonly key: string;
  readonly version: string | null;
}

/**
 * The writes of one commit. They are applied together, in this order: first every record of `put`, then every key of
 * `remove`, each in the order of its list. They are applied only if every condition in `expect` holds.
 *
 * `put` and `remove` may have thousands of entries. Only a storage whose commits are not atomic may apply a change in
 * several steps.
 */
export interface Change {
  readonly expect?: readonly Expectation[];
  readonly put?: readonly StoredRecord[];
  readonly remove?: readonly string[];
}

/**
 * The result of a commit. If `ok` is false, nothing was written, and `key` is the first key in `expect` whose condition
 * did not hold.
 */
export type CommitResult = { readonly ok: true } | { readonly ok: false; readonly key: string };

/** The records that a call of `list` asks for. */
export interface ListRange {
  readonly prefix: string;
  /** Lists only records whose key sorts after this key. A record with this key need not exist. */
  readonly after?: string;
  /** The maximum number of records in the page, from 1 to 1,000. */
  readonly limit: number;
  /**
   * The `resume` of the page before, which tells the storage where to continue. The storage ignores an invalid or
   * outdated value, and never throws because of it.
   */
  readonly resume?: string;
  /**
   * Whether the caller needs only the keys. A storage may then return records without versions and values, if it would
   * have to read them separately.
   */
  readonly keysOnly?: boolean;
}

/** A page of records in ascending order of their keys (by ASCII code), with as many records as `limit` allows. */
export interface ListPage {
  readonly entries: StoredRecord[];
  /** Whether more records match after the last record of this page. If so, the page has `limit` records. */
  readonly more: boolean;
  readonly resume?: string;
}

/** The guarantees of a storage. The engine relies only on the guarantees that are true here. */
export interface Guarantees {
  /** Whether a commit applies all of its writes or none, and its conditions hold at the moment of the commit. */
  readonly atomicCommit: boolean;
  /** Whether a read that starts after a commit has succeeded always sees that commit. */
  readonly freshReads: boolean;
  /**
   * Whether a read is a network call, so that each `getMany` and each `list` costs a round trip, regardless of how much
   * it reads. The engine then reads as much as possible in one call, and keeps small manifests in records.
   */
  readonly remote: boolean;
}

/** Stores small JSON records under ordered ASCII keys. One commit can write many records. */
export interface RecordStore {
  readonly guarantees: Guarantees;
  /**
   * A number that grows each time all records and all pieces are deleted at once, for example when the user of a
   * browser clears the data of a site. The engine then clears its caches. Omit this number if the storage is never
   * cleared in this way.
   */
  readonly generation?: number;
  /**
   * Reads the records under these keys. Returns them in the order of `keys`, with undefined for each key without a
   * record.
   */
  getMany(keys: readonly string[]): Promise<(StoredRecord | undefined)[]>;
  /**
   * Lists records whose key starts with `range.prefix` and sorts after `range.after`, in ascending order of the keys.
   */
  list(range: ListRange): Promise<ListPage>;
  /**
   * Applies all writes of the change if every condition in `expect` holds. Otherwise writes nothing, and returns the
   * first key whose condition does not hold.
   */
  commit(change: Change): Promise<CommitResult>;
}

/**
 * Stores immutable pieces of content under ids that nobody can guess. Pieces cannot be listed, and cannot be
 * overwritten with other bytes.
 */
export interface ByteStore {
  /**
   * The maximum size in bytes of a piece that `put` accepts. It must be at least 20 MiB, because a part of
   * UploadLayerPart is stored as one piece.
   */
  readonly maxBytes: number;
  /**
   * Whether `put` with `handedOver` keeps the given array itself instead of a copy. If so, the engine uses a new array
   * for each piece.
   */
  readonly keepsHandedOver?: boolean;
  /**
   * Stores a piece of content. `id` has 1 to 64 letters, digits and `-`. The same bytes may be stored again under their
   * id.
   * @param options `handedOver`: nobody changes `bytes` after the call, so that the storage may keep this array itself
   * @throws Error if other bytes are already stored under the id
   */
  put(id: string, bytes: Uint8Array, options?: { readonly handedOver?: boolean }): Promise<void>;
  /**
   * Reads a piece of content.
   * @returns undefined if the piece does not exist
   * @param options `readOnly`: the caller does not change the result, so that the storage may return its own array
   */
  get(id: string, options?: { readonly readOnly?: boolean }): Promise<Uint8Array | undefined>;
  /** Removes pieces of content. Ids of pieces that do not exist are ignored. */
  remove(ids: readonly string[]): Promise<void>;
}

/** A storage that keeps all data of a registry: JSON records, and pieces of content. */
export interface Storage {
  readonly records: RecordStore;
  readonly bytes: ByteStore;
  /**
   * Returns a snapshot of everything that the storage holds now. The cost must not depend on how much the storage
   * holds.
   *
   * A storage that cannot do so omits this method. The snapshot of an engine then reads everything, and restoring that
   * snapshot writes everything.
   */
  mark?(): Mark;
  /** Closes the storage. It may be called more than once. No other method may be called after it. */
  close?(): Promise<void>;
}

/**
 * A snapshot of everything that a storage held at one moment. While a program keeps the snapshot, it takes memory for
 * all data that changes afterwards.
 */
export interface Mark {
  /** Returns every record that existed at the moment of the snapshot, in the order of the keys. */
  records(): Iterable<StoredRecord>;
  /**
   * Returns a piece of content that existed at the moment of the snapshot, or undefined if the piece did not exist
   * then. Do not change the returned bytes.
   */
  piece(id: string): Uint8Array | undefined;
  /**
   * Makes the storage have the records of the snapshot again, in one step, and restores the pieces that were deleted
   * after the snapshot. Pieces that were put after the snapshot stay, because a write in progress may need them. The
   * cost depends only on how much has changed.
   * @returns the records that were put or changed after the snapshot, with the values that they had before this call
   */
  restore(): readonly StoredRecord[];
}
