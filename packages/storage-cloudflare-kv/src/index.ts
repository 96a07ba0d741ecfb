import type { Storage } from '@coracle/core';
import { KvBytes } from './kv-bytes.ts';
import { KvRecords } from './kv-records.ts';
import type { KvNamespace } from './namespace.ts';

export type { KvList, KvNamespace } from './namespace.ts';

/** The options of `kvStorage()`. Every option has a default. */
export interface KvStorageOptions {
  /**
   * The prefix of every key of this storage, for a namespace that other programs or registries use too. It has at most
   * 16 printable ASCII characters and is empty by default. If two registries share a namespace, neither prefix may be
   * the start of the other.
   */
  readonly prefix?: string;
  /** Returns the current time in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
  /**
   * Waits the given number of milliseconds before a failed call is retried; a timer by default. For example, a retry is
   * necessary because KV allows only one write a second for each key.
   */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/**
 * The maximum length of the option `prefix`, in characters. With a prefix of this length, every key of the engine still
 * fits into the 512 bytes that KV allows.
 */
const longestPrefix = 16;

/**
 * Makes a storage in a Workers KV namespace: `kvStorage(env.REGISTRY)`. The commits of this storage are not atomic, and
 * a read may return an older state; the README explains the consequences. Call `kvStorage` once in each isolate, so
 * that all requests in the isolate see the writes of the isolate.
 * @throws TypeError if an option is invalid
 */
export function kvStorage(namespace: KvNamespace, options: KvStorageOptions = {}): Storage {
  const { prefix = '', clock = Date.now, wait = byTimer } = options;
  if (typeof namespace?.list !== 'function') {
    throw new TypeError(
      'kvStorage needs a KV namespace: env.REGISTRY, for example, if the Worker has a KV binding with the name REGISTRY.',
    );
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
