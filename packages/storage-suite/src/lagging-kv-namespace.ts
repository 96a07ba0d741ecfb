import type { KvHistory, Version } from './lagging-kv-history.ts';

type ReadType = 'text' | 'json' | 'arrayBuffer';
interface ReadOptions {
  readonly type?: ReadType;
  /** The time in seconds for which the location caches the value that was read. */
  readonly cacheTtl?: number;
}
interface WithMetadata {
  readonly value: unknown;
  readonly metadata: unknown;
}

const limits = {
  keyBytes: 512,
  metadataBytes: 1024,
  valueBytes: 25 * 1024 * 1024,
  keysPerRead: 100,
  keysPerList: 1000,
};
const usualTtl = 60;
const leastTtl = 30;

interface Cached {
  readonly version: Version | undefined;
  readonly at: number;
}

/** A location (data centre) of the simulated KV, with a read cache for each of its machines. */
export class KvLocation {
  readonly number: number;
  /** The longest time for which a read so far may have cached a value in this location, in milliseconds. */
  longestTtl = usualTtl * 1000;
  readonly #history: KvHistory;
  readonly #caches: readonly Map<string, Cached>[] = [new Map(), new Map()];

  constructor(number: number, history: KvHistory) {
    this.number = number;
    this.#history = history;
  }

  read(name: string, ttl: number): Version | undefined {
    this.longestTtl = Math.max(this.longestTtl, ttl);
    const cache = this.#caches[this.#history.roll() < 0.5 ? 0 : 1];
    const cached = cache?.get(name);
    const now = this.#history.now();
    // "KV operates diligently to update the cached values", but nobody knows when.
    if (cached !== undefined && now - cached.at < ttl && this.#history.roll() < 0.8) return cached.version;
    const version = this.#history.seenIn(this.number, name);
    cache?.set(name, { version, at: now });
    return version;
  }

  /**
   * Removes a key from most caches of this location, after the key was written in this location. KV's documentation
   * says: "These changes are usually immediately visible. However, this is not guaranteed."
   */
  wrote(name: string): void {
    for (const cache of this.#caches) if (this.#history.roll() < 0.8) cache.delete(name);
  }
}

/**
 * A simulated binding of a KV namespace, with the methods of `KVNamespace` that a Worker calls: `get`,
 * `getWithMetadata`, `put`, `delete` and `list`.
 */
export class LaggingNamespace {
  readonly #location: KvLocation;
  readonly #history: KvHistory;
  #lists = 0;

  constructor(location: KvLocation, history: KvHistory) {
    this.#location = location;
    this.#history = history;
  }

  get(keys: string[], type?: 'text' | ReadOptions): Promise<Map<string, string | null>>;
  get(key: string, type?: 'text'): Promise<string | null>;
  get(key: string, options: 'arrayBuffer' | (ReadOptions & { type: 'arrayBuffer' })): Promise<ArrayBuffer | null>;
  get(key: string, options: ReadType | ReadOptions): Promise<unknown>;
  async get(keys: string | string[], options?: ReadType | ReadOptions): Promise<unknown> {
    const found = await this.#read(keys, options);
    return found instanceof Map
      ? new Map([...found].map(([key, one]) => [key, one === null ? null : one.value]))
      : (found?.value ?? null);
  }

  async getWithMetadata(key: string, options?: ReadType | ReadOptions): Promise<WithMetadata>;
  async getWithMetadata(keys: string[], options?: ReadType | ReadOptions): Promise<Map<string, WithMetadata | null>>;
  async getWithMetadata(keys: string | string[], options?: ReadType | ReadOptions): Promise<unknown> {
    return (await this.#read(keys, options)) ?? { value: null, metadata: null };
  }

  async put(
    key: string,
    value: string | ArrayBuffer | ArrayBufferView,
    options: { readonly metadata?: unknown } = {},
  ): Promise<void> {
    checkKey('PUT', key);
    const metadata = options.metadata === undefined ? undefined : JSON.stringify(options.metadata);
    const sized = utf8.encode(metadata ?? '').length;
    check(sized <= limits.metadataBytes, 'PUT', `413 Metadata length of ${sized} exceeds limit of 1024.`);
    const bytes = bytesOf(value);
    check(bytes.length <= limits.valueBytes, 'PUT', `413 Value length of ${bytes.length} exceeds limit of 26214400.`);
    await this.#turns();
    this.#history.write('PUT', key, { origin: this.#location.number, value: bytes, metadata });
    this.#location.wrote(key);
    await this.#turns();
  }

  async delete(key: string): Promise<void> {
    checkKey('DELETE', key);
    await this.#turns();
    // If a name never existed, its removal leaves no trace.
    if (this.#history.latest(key) !== undefined) {
      this.#history.write('DELETE', key, { origin: this.#location.number, value: undefined, metadata: undefined });
      this.#location.wrote(key);
    }
    await this.#turns();
  }

  async list({ prefix = '', limit = limits.keysPerList, cursor }: ListOptions = {}): Promise<List> {
    check(limit >= 1 && limit <= limits.keysPerList, 'GET', `400 Invalid key_count_limit of ${limit}.`);
    await this.#turns();
    const after = cursor === undefined ? undefined : afterCursor(cursor, prefix);
    const list = this.#lists++;
    const names = this.#history.names().filter((name) => name.startsWith(prefix));
    const from = after === undefined ? 0 : names.indexOf(after) + 1;
    // Deleted names are skipped, but they fill the page ("tombstones").
    const passed = names.slice(from, from + limit);
    const keys = passed.flatMap((name) => {
      const version = this.#history.listedIn(this.#location.number, list, name);
      if (version?.value === undefined) return [];
      return [{ name, ...(version.metadata === undefined ? {} : { metadata: JSON.parse(version.metadata) }) }];
    });
    await this.#turns();
    if (from + limit >= names.length) return { keys, list_complete: true };
    return {
      keys,
      list_complete: false,
      cursor: cursorAfter(prefix, passed.at(-1)),
    };
  }

  async #read(
    keys: string | string[],
    options: ReadType | ReadOptions = {},
  ): Promise<WithMetadata | null | Map<string, WithMetadata | null>> {
    const { type = 'text', cacheTtl = usualTtl } = typeof options === 'string' ? { type: options } : options;
    check(cacheTtl >= leastTtl, 'GET', `400 Invalid cache_ttl of ${cacheTtl}. Cache TTL must be at least 30.`);
    if (typeof keys === 'string') checkKey('GET', keys);
    else {
      const most = limits.keysPerRead;
      check(keys.length <= most, 'GET_BULK', `400 You can request a maximum of ${most} keys`);
      check(keys.length > 0, 'GET_BULK', '400 You must request a minimum of 1 key');
      check(type !== 'arrayBuffer', 'GET_BULK', `400 "${type}" is not a valid type. Use "json" or "text"`);
      for (const key of keys) checkKey('GET_BULK', key);
    }
    await this.#turns();
    const read = (key: string): WithMetadata | null => {
      const version = this.#location.read(key, cacheTtl * 1000);
      if (version?.value === undefined) return null;
      return { value: as(type, version.value), metadata: JSON.parse(version.metadata ?? 'null') };
    };
    // Names that look like the index of an array are left out, as in workerd.
    const isIndex = (key: string) => /^(?:0|[1-9]\d{0,9})$/.test(key);
    const found =
      typeof keys === 'string'
        ? read(keys)
        : new Map(keys.filter((key) => !isIndex(key)).map((key) => [key, read(key)] as const));
    await this.#turns();
    return found;
  }

  /** Waits for a random number of microtasks, so that concurrent calls run in another order with each seed. */
  async #turns(): Promise<void> {
    for (let turns = Math.floor(this.#history.roll() * 6); turns > 0; turns--) await Promise.resolve();
  }
}

interface ListOptions {
  readonly prefix?: string;
  readonly limit?: number;
  readonly cursor?: string;
}
interface List {
  readonly keys: { readonly name: string; readonly metadata?: unknown }[];
  readonly list_complete: boolean;
  readonly cursor?: string;
}

const utf8 = new TextEncoder();

function check(holds: boolean, method: string, otherwise: string): void {
  if (!holds) throw new Error(`KV ${method} failed: ${otherwise}`);
}

function checkKey(method: string, key: string): void {
  if (key === '') throw new TypeError('Key name cannot be empty.');
  if (key === '.' || key === '..') throw new TypeError(`"${key}" is not allowed as a key name.`);
  const size = utf8.encode(key).length;
  check(size <= limits.keyBytes, method, `414 UTF-8 encoded length of ${size} exceeds key length limit of 512.`);
}

const cursorAfter = (prefix: string, name: string | undefined): string =>
  btoa(encodeURIComponent(JSON.stringify([prefix, name])));

/**
 * Returns the key after which a list continues, by the cursor of an earlier page.
 * @throws Error if the cursor belongs to a list with another prefix
 */
function afterCursor(cursor: string, prefix: string): string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(decodeURIComponent(atob(cursor)));
  } catch {
    parsed = undefined;
  }
  const [of, after] = Array.isArray(parsed) ? (parsed as unknown[]) : [];
  check(of === prefix && typeof after === 'string', 'GET', '400 Invalid cursor');
  return String(after);
}

function bytesOf(value: string | ArrayBuffer | ArrayBufferView): Uint8Array {
  if (typeof value === 'string') return utf8.encode(value);
  if (value instanceof ArrayBuffer) return new Uint8Array(value.slice(0));
  return new Uint8Array(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
}

function as(type: ReadType, value: Uint8Array): unknown {
  if (type === 'arrayBuffer') return new Uint8Array(value).buffer;
  const text = new TextDecoder().decode(value);
  return type === 'json' ? JSON.parse(text) : text;
}
