/**
 * The parts of Cloudflare's bindings that are used. Their own types fit, no matter with which version a Worker is
 * compiled.
 */

/** A namespace of Durable Objects: `DurableObjectNamespace<CoracleRecords>`. */
export interface RecordsNamespace {
  idFromName(name: string): unknown;
  get(id: never): unknown;
}

/** `R2Bucket`. */
export interface PiecesBucket {
  put(
    key: string,
    value: Uint8Array,
    options: { readonly onlyIf: { readonly etagDoesNotMatch: string } },
  ): Promise<unknown>;
  get(key: string): Promise<{ arrayBuffer(): Promise<ArrayBuffer> } | null>;
  delete(keys: string[]): Promise<unknown>;
  createMultipartUpload(key: string): Promise<unknown>;
}

/** `KVNamespace`. */
export interface PiecesNamespace {
  put(key: string, value: Uint8Array): Promise<unknown>;
  get(key: string, options: { readonly type: 'arrayBuffer'; readonly cacheTtl?: number }): Promise<ArrayBuffer | null>;
  delete(key: string): Promise<unknown>;
  list(options: { readonly prefix: string; readonly cursor?: string }): Promise<{
    readonly keys: readonly { readonly name: string }[];
    readonly list_complete: boolean;
    readonly cursor?: string;
  }>;
  getWithMetadata(key: string): Promise<unknown>;
}

type SqlRow = Readonly<Record<string, string>>;

/** The part that is used of the `DurableObjectState` that an object is made with. */
export interface ObjectState {
  readonly storage: {
    readonly sql: {
      exec(query: string, ...bindings: unknown[]): Iterable<SqlRow> & { toArray(): SqlRow[] };
    };
    transactionSync<T>(work: () => T): T;
  };
}
