/** The messages between a Worker and the object that keeps its records. */

/** A record with its value as JSON text, which the object never parses. */
export interface Row {
  readonly key: string;
  readonly version: string;
  readonly json: string;
}

export interface RowChange {
  readonly expect: readonly { readonly key: string; readonly version: string | null }[];
  readonly put: readonly Row[];
  readonly remove: readonly string[];
  /** Whether the same change was sent before, and no answer came. */
  readonly again: boolean;
}

export interface RowRange {
  readonly prefix: string;
  /** Only keys that sort after this one; an empty key is before all. */
  readonly after: string;
  readonly limit: number;
  readonly keysOnly: boolean;
}

export interface RowPage {
  readonly rows: Row[];
  /** Whether a further row matches. */
  readonly more: boolean;
}
