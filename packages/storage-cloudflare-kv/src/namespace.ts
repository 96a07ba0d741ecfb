/** The part of a Workers KV binding that is used. `KVNamespace` of `@cloudflare/workers-types` fits. */
export interface KvNamespace {
  get(keys: string[], type: 'text'): Promise<Map<string, string | null>>;
  get(key: string, type: 'text'): Promise<string | null>;
  get(key: string, options: { type: 'arrayBuffer'; cacheTtl?: number }): Promise<ArrayBuffer | null>;
  put(key: string, value: string | ArrayBufferView, options?: { metadata?: unknown }): Promise<void>;
  delete(key: string): Promise<void>;
  list(options: { prefix: string; limit: number; cursor?: string }): Promise<KvList>;
}

/** A page of keys in the order of their UTF-8, with the metadata that was put with each. */
export interface KvList {
  readonly keys: readonly { readonly name: string; readonly metadata?: unknown }[];
  /** False while there may be more keys, even if `keys` is empty. */
  readonly list_complete: boolean;
  readonly cursor?: string;
}

/** "Limits" of Workers KV, in the documentation as of 21 April 2026, and those of its bulk reads and lists. */
export const limits = {
  keyBytes: 512,
  metadataBytes: 1024,
  valueBytes: 25 * 1024 * 1024,
  keysPerRead: 100,
  keysPerList: 1000,
} as const;
