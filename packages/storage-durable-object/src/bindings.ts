/**
 * This file has the parts of Cloudflare's bindings that this package uses. Cloudflare's own types are assignable to
 * these types, in every version of `@cloudflare/workers-types`.
 */

/** The binding of a namespace of Durable Objects. A `DurableObjectNamespace<CoracleRecords>` has this type. */
export interface RecordsNamespace {
  idFromName(name: string): unknown;
  get(id: never): unknown;
}

/** The methods of an R2 bucket that this storage calls. Cloudflare's `R2Bucket` has this type. */
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

/** The methods of a Workers KV namespace that this storage calls. Cloudflare's `KVNamespace` has this type. */
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

/**
 * The members of Cloudflare's `DurableObjectState` that the class `CoracleRecords` uses. The constructor of
 * `CoracleRecords` receives an object with these members.
 */
export interface ObjectState {
  readonly storage: {
    readonly sql: {
      exec(query: string, ...bindings: unknown[]): Iterable<SqlRow> & { toArray(): SqlRow[] };
    };
    transactionSync<T>(work: () => T): T;
  };
}
