import type { Storage } from '@coracle/core';
import { KvBytes } from './kv-bytes.ts';
import { KvRecords } from './kv-records.ts';
import type { KvNamespace } from './namespace.ts';

export type { KvList, KvNamespace } from './namespace.ts';

/** The options of a storage in a KV namespace. All have defaults. */
export interface KvStorageOptions {
  /**
   * The start of every key, for a namespace that holds other things too: at most 16 printable ASCII characters. Of two
   * prefixes in one namespace, neither may be the start of the other. It is empty by default.
   */
  readonly prefix?: string;
  /** The clock, in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: () => number;
  /**
   * Waits the given number of milliseconds before a call is retried, for example because KV allows one write a second
   * for each key. A timer by default.
   */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/** The maximum length of a prefix. With it, every key of the engine fits into the 512 bytes of KV. */
const longestPrefix = 16;

/**
 * Makes a storage in a Workers KV namespace: `kvStorage(env.REGISTRY)`. Commits are not atomic and reads are not fresh;
 * the README says what that means. Make it once in an isolate, so that it sees its own writes at once.
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
