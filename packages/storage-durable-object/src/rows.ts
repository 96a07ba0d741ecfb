import type { Json, StoredRecord } from '@coracle/core';
import { jsonOf } from '@coracle/core/storage-kit';

/** This file has the types of the messages between a Worker and the Durable Object that keeps the records. */

/** A record whose value is JSON text. The Durable Object never parses the text. */
export interface Row {
  readonly key: string;
  readonly version: string;
  readonly json: string;
}

export interface RowChange {
  readonly expect: readonly { readonly key: string; readonly version: string | null }[];
  readonly put: readonly Row[];
  readonly remove: readonly string[];
  /**
   * Whether this change was sent before and its answer did not arrive, so that the Durable Object may have applied the
   * change already.
   */
  readonly again: boolean;
}

export interface RowRange {
  readonly prefix: string;
  /** The page has only keys that sort after this key. An empty string means the first page. */
  readonly after: string;
  readonly limit: number;
  readonly keysOnly: boolean;
}

export interface RowPage {
  readonly rows: Row[];
  /** Whether further rows match the range after this page. */
  readonly more: boolean;
}

export const recordOf = ({ key, version, json }: Row): StoredRecord => ({
  key,
  version,
  value: JSON.parse(json) as Json,
});

export const rowOf = (record: StoredRecord): Row => ({
  key: record.key,
  version: record.version,
  json: jsonOf('durableObjectStorage', record),
});
