import type { Storage } from '@coracle/core';
import { KvBytes } from './kv-bytes.ts';
import { KvRecords } from './kv-records.ts';
import type { KvNamespace } from './namespace.ts';

export type { KvList, KvNamespace } from './namespace.ts';

/** How a registry is kept in a KV namespace. Everything has a default. */
export interface KvStorageOptions {
  /**
   * What every key starts with, where the namespace holds other things too: at most 16 printable ASCII characters. Of
   * two prefixes in one namespace none may be the start of the other. None by default.
   */
  readonly prefix?: string;
  /** Milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
  /** Waits so many milliseconds before a write that KV refused for coming too soon is tried again; by a timer by default. */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** With this much, every key that the engine has fits into the 512 bytes of KV. */
const longestPrefix = 16;

/**
 * A storage in a Workers KV namespace: `kvStorage(env.REGISTRY)`. Commits are not atomic and reads not fresh: what that
 * means is in the README. Made once in an isolate, so that it sees its own writes at once.
 * @throws TypeError where an option cannot be meant
 */
export function kvStorage(namespace: KvNamespace, options: KvStorageOptions = {}): Storage {
  const { prefix = '', clock = Date.now, wait = byTimer } = options;
  if (typeof namespace?.list !== 'function') {
    throw new TypeError('kvStorage needs a KV namespace: env.REGISTRY, where the Worker has a binding of that name.');
  }
  if (!/^[\x20-\x7e]*$/.test(prefix) || prefix.length > longestPrefix) {
    throw new TypeError(
      `prefix must be at most ${longestPrefix} printable ASCII characters, not ${JSON.stringify(prefix)}`,
    );
  }
  const means = { namespace, prefix, clock, wait };
  return { records: new KvRecords(means), bytes: new KvBytes(means) };
}

const byTimer = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
