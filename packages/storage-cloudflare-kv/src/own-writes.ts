/** A write that this isolate has made: a put or a removal of a record. */
export interface OwnWrite {
  /** The time of the write, in milliseconds since 1970. */
  readonly time: number;
  /** The stored text of the record; undefined if the record was removed. */
  readonly text: string | undefined;
}

/**
 * The time in milliseconds for which a write of this isolate is remembered. KV caches may show the state before a write
 * for 60 seconds "or more", even in the data centre of the write. Within this time a cache may also be filled with the
 * old state a second time.
 */
const lifetime = 120_000;
const mostKeys = 4000;
/**
 * The maximum number of characters of all remembered texts. It is small compared with the 128 MB of memory of an
 * isolate.
 */
const mostText = 4 * 1024 * 1024;

/**
 * Remembers the recent writes of this isolate by key, so that the isolate sees them even if the caches of KV still show
 * an older state. All of them are in KV too, and other isolates do not see them earlier. If another isolate writes a
 * key later, its write counts as soon as KV shows it.
 */
export class OwnWrites {
  readonly #clock: () => number;
  readonly #writes = new Map<string, OwnWrite>();
  #text = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * Returns the time for a new write of a key. It is later than the time of the previous write of the key, even within
   * the same millisecond.
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
   * Returns the write of this isolate that is newer than the state which KV shows for the key. Returns undefined if the
   * state of KV counts.
   * @param shown the time at which the state that KV shows was written
   */
  insteadOf(key: string, shown: number | undefined): OwnWrite | undefined {
    const own = this.#writes.get(key);
    if (own === undefined || own.time <= this.#clock() - lifetime) return undefined;
    return shown === undefined || shown < own.time ? own : undefined;
  }

  /** Returns the keys of the remembered writes that start with a prefix, in no particular order. */
  *keysUnder(prefix: string): Generator<string> {
    for (const key of this.#writes.keys()) if (key.startsWith(prefix)) yield key;
  }

  #forget(key: string): void {
    this.#text -= this.#writes.get(key)?.text?.length ?? 0;
    this.#writes.delete(key);
  }
}
