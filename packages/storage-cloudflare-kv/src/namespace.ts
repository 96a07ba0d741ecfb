/**
 * The methods of a Workers KV binding that this storage calls. A `KVNamespace` of `@cloudflare/workers-types` has this
 * type.
 */
export interface KvNamespace {
  get(keys: string[], type: 'text'): Promise<Map<string, string | null>>;
  get(key: string, type: 'text'): Promise<string | null>;
  get(key: string, options: { type: 'arrayBuffer'; cacheTtl?: number }): Promise<ArrayBuffer | null>;
  put(key: string, value: string | ArrayBufferView, options?: { metadata?: unknown }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; limit: number; cursor?: string }): Promise<KvList>;
}

/** A page of the keys that KV lists, sorted by their UTF-8 bytes, with the metadata of each key. */
export interface KvList {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  /** Whether the list ends with this page. If it is false, more keys may follow, even if `keys` is empty. */
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/**
 * The limits of Workers KV, from the page "Limits" of its documentation as of 21 April 2026. The last two limits are
 * the maximum numbers of keys that a bulk read and a list accept.
 */
export const limits = {
  keyBytes: 512,
  metadataBytes: 1024,
  valueBytes: 25 * 1024 * 1024,
  keysPerRead: 100,
  keysPerList: 1000,
} as const;
