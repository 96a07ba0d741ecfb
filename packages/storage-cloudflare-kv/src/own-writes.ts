/** A write that this isolate has made: a put or a removal of a record. */
export interface OwnWrite {
  /** The time of the write, in milliseconds since 1970. */
  readonly time: number;
  /** The stored text of the record; undefined if the record was removed. */
  readonly text: string | undefined;
}

/**
 * The time in milliseconds for which a write of this isolate is remembered. After a write, the caches of KV may show
 * the old state for 60 seconds "or more" (documentation of KV), even in the data centre of the write. In these 60
 * seconds a cache may also read the old state again, and then shows it for longer.
 */
const lifetime = 120_000;
const mostKeys = 4000;
/**
 * The maximum number of characters that all remembered writes may contain together. It is small compared with the 128
 * MB of memory of an isolate.
 */
const mostText = 4 * 1024 * 1024;

/**
 * Remembers the recent writes of this isolate by key, so that the isolate sees them even if the caches of KV still show
 * an older state. Each remembered write is in KV too. Other isolates see a write only when KV shows it. If another
 * isolate writes a key later, that newer write is used as soon as KV shows it.
 */
export class OwnWrites {
  readonly #clock: () => number;
  readonly #writes = new Map<string, OwnWrite>();
  #text = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Returns the time for a new write of a key. This time is later than the time of the previous write of the key, even
   * if both writes are made in the same millisecond.
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
   * Returns the last write of a key by this isolate if the write is newer than the state that KV shows for the key.
   * Returns undefined if the state that KV shows must be used.
   * @param shown the time at which the state that KV shows was written; undefined if KV shows no value
   */
  insteadOf(key: string, shown: number | undefined): OwnWrite | undefined {
    const own = this.#writes.get(key);
    if (own === undefined || own.time <= this.#clock() - lifetime) return undefined;
    return shown === undefined || shown < own.time ? own : undefined;
  }

  /** Returns the keys that start with a prefix and that this isolate has written recently, in no particular order. */
  *keysUnder(prefix: string): Generator<string> {
    for (const key of this.#writes.keys()) if (key.startsWith(prefix)) yield key;
  }

  #forget(key: string): void {
    this.#text -= this.#writes.get(key)?.text?.length ?? 0;
    this.#writes.delete(key);
  }
}
