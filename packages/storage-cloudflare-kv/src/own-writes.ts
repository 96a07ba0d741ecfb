/** A write of this isolate: a record that it put, or its removal. */
export interface OwnWrite {
  /** The time of the write, in milliseconds since 1970. */
  readonly time: number;
  /** The record as it is stored; undefined if it was removed. */
  readonly text: string | undefined;
}

/**
 * How long a write of this isolate is remembered, in milliseconds. KV may show the state before it for its cache's 60
 * seconds "or more", even in the place where it was written. In between it may fill the cache with that state once
 * again.
 */
const lifetime = 120_000;
const mostKeys = 4000;
/** The maximum number of characters of text. It is small compared with the 128 MB of an isolate. */
const mostText = 4 * 1024 * 1024;

/**
 * The recent writes of this isolate by key, so that it sees its own writes even if KV's caches do not show them. They
 * hold nothing that is not in KV, and promise nothing to other isolates. Only time decides: a later write of another
 * place counts as soon as KV shows it.
 */
export class OwnWrites {
  readonly #clock: () => number;
  readonly #writes = new Map<string, OwnWrite>();
  #text = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Gives the time of a write that is made now. It is later than that of the write before, even within the same
   * millisecond.
   */
  timeFor(key: string): number {
    return Math.max(this.#clock(), (this.#writes.get(key)?.time ?? 0) + 1);
  }

  note(key: string, write: OwnWrite): void {
    this.#forget(key);
    this.#writes.set(key, write);
    this.#text += write.text?.length ?? 0;
    const old = this.#clock() - lifetime;
    // The oldest writes are first in the map.
    for (const [oldest, { time }] of this.#writes) {
      if (time > old && this.#writes.size <= mostKeys && this.#text <= mostText) break;
      this.#forget(oldest);
    }
  }

  /**
   * Gives the write of this key that replaces what KV shows, which was written at `shown`; undefined if KV's state
   * counts.
   */
  insteadOf(key: string, shown: number | undefined): OwnWrite | undefined {
    const own = this.#writes.get(key);
    if (own === undefined || own.time <= this.#clock() - lifetime) return undefined;
    return shown === undefined || shown < own.time ? own : undefined;
  }

  /** Gives the keys that start with a prefix, in no order. */
  *keysUnder(prefix: string): Generator<string> {
    for (const key of this.#writes.keys()) if (key.startsWith(prefix)) yield key;
  }

  #forget(key: string): void {
    this.#text -= this.#writes.get(key)?.text?.length ?? 0;
    this.#writes.delete(key);
  }
}
