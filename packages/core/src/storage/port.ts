/**
 * This file defines the two interfaces that a storage implements: `RecordStore` for small JSON records, and `ByteStore`
 * for pieces of content. The engine keeps all of its data in records and pieces. A storage needs to know nothing about
 * repositories or images.
 *
 * A key of a record and an id of a piece may be equal, because records and pieces are separate. A storage copies its
 * arguments and results, unless the caller allows the storage to share memory. The caller may change an argument after
 * the call. A result may be frozen. If the caller changes a result, the stored data does not change.
 *
 * The guarantee `freshReads` applies to records and to pieces. If commits are atomic, a call that throws has written
 * nothing. If the storage is full, a call throws an Error whose `name` is `QuotaExceededError`. Clients are then told
 * not to retry at once.
 */

/** A value that JSON can hold, such as the value of a record. The value never contains a Date, a Map or bytes. */
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
 * The writes of one commit. The storage applies the writes only if every condition in `expect` holds. The storage first
 * puts every record of `put`, and then removes the record under every key of `remove`, both in the order of the lists.
 *
 * `put` and `remove` may have thousands of entries. A storage whose commits are atomic must apply all writes of a
 * change in one step.
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
   * The member `resume` of the previous page, which tells the storage where to continue. If the value is invalid or
   * outdated, the storage ignores the value and does not throw.
   */
  readonly resume?: string;
  /**
   * Whether the caller needs only the keys of the records. If so, a storage that would have to read versions and values
   * separately may return records without them.
   */
  readonly keysOnly?: boolean;
}

/**
 * A page of records in ascending order of their keys (by ASCII code). The page has `limit` records, or fewer if no more
 * records match.
 */
export interface ListPage {
  readonly entries: StoredRecord[];
  /**
   * Whether further records match after the last record of this page. If `more` is true, the page has exactly `limit`
   * records.
   */
  readonly more: boolean;
  readonly resume?: string;
}

/** The guarantees of a storage. The engine relies only on the guarantees that are true here. */
export interface Guarantees {
  /**
   * Whether a commit applies all of its writes or none, and only at a moment at which all conditions of the commit
   * hold.
   */
  readonly atomicCommit: boolean;
  /** Whether a read always returns the data of every commit that had succeeded before the read started. */
  readonly freshReads: boolean;
  /**
   * Whether a read is a network call, so that each `getMany` and each `list` costs a round trip, regardless of the
   * number of records. The engine then reads as much as possible in one call, and keeps small manifests in records.
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
   * The maximum size in bytes of a piece that `put` accepts. The maximum must be at least 20 MiB, because the engine
   * stores each part of UploadLayerPart as one piece.
   */
  readonly maxBytes: number;
  /**
   * Whether `put` keeps the given array itself instead of a copy if the option `handedOver` of `put` is true. The
   * engine then uses a new array for each piece.
   */
  readonly keepsHandedOver?: boolean;
  /**
   * Stores a piece of content. `id` has 1 to 64 letters, digits and `-`. The same bytes may be stored again under the
   * same id.
   * @param options if `handedOver` is true, nobody changes `bytes` after the call, and the storage may keep the array
   * itself instead of a copy
   * @throws Error if other bytes are already stored under the id
   */
  put(id: string, bytes: Uint8Array, options?: { readonly handedOver?: boolean }): Promise<void>;
  /**
   * Reads a piece of content.
   * @returns undefined if the piece does not exist
   * @param options if `readOnly` is true, the caller does not change the result, and the storage may return its own
   * array instead of a copy
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
   * Omit the method `mark` if the storage cannot take snapshots at this cost. A snapshot of an engine then reads all
   * data, and restoring the snapshot writes all data.
   */
  mark?(): Mark;
  /**
   * Closes the storage. `close` may be called more than once. After `close`, no other method of the storage may be
   * called.
   */
  close?(): Promise<void>;
}

/**
 * A snapshot of everything that a storage held at one moment. While a program keeps the snapshot, the storage also
 * keeps the old version of all data that changes, which takes memory.
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
   * cost depends only on how much data has changed since the snapshot.
   * @returns the records that were put or changed after the snapshot, with the values that they had before `restore`
   * was called
   */
  restore(): readonly StoredRecord[];
}
