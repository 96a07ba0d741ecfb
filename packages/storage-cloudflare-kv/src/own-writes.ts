/** A write of this isolate: what it put, or that it removed. */
export interface OwnWrite {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** The record as it is stored; undefined where it was removed. */
  readonly text: string | undefined;
}

/**
 * How long an own write is remembered. KV may show the state before it for its cache's 60 seconds "or more", in the
 * place where it was written too, and may fill the cache with that state once again in between.
 */
const lifetime = 120_000;
const mostKeys = 4000;
/** Characters of text, so that an isolate (128 MB) hardly feels it. */
const mostText = 4 * 1024 * 1024;

/**
 * What this isolate has written of late, by key, so that it sees its own writes, whatever KV's caches say. It holds
 * nothing that is not in KV, and promises nothing to other isolates. Only time decides: a write that was made later
 * elsewhere is believed as soon as KV shows it.
 */
export class OwnWrites {
  readonly #clock: () => number;
  readonly #writes = new Map<string, OwnWrite>();
  #text = 0;

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** The time of a write that is made now: later than the one before it, also within the same millisecond. */
  timeFor(key: string): number {
    return Math.max(this.#clock(), (this.#writes.get(key)?.time ?? 0) + 1);
  }

  note(key: string, write: OwnWrite): void {
    this.#forget(key);
    this.#writes.set(key, write);
    this.#text += write.text?.length ?? 0;
    const old = this.#clock() - lifetime;
    // The oldest are first in the map.
    for (const [oldest, { time }] of this.#writes) {
      if (time > old && this.#writes.size <= mostKeys && this.#text <= mostText) break;
      this.#forget(oldest);
    }
  }

  /** The write of this key that is to be believed instead of what KV shows, which was written at `shown`. */
  insteadOf(key: string, shown: number | undefined): OwnWrite | undefined {
    const own = this.#writes.get(key);
    if (own === undefined || own.time <= this.#clock() - lifetime) return undefined;
    return shown === undefined || shown < own.time ? own : undefined;
  }

  /** The keys that start with a prefix, in no order. */
  *keysUnder(prefix: string): Generator<string> {
    for (const key of this.#writes.keys()) if (key.startsWith(prefix)) yield key;
  }

  #forget(key: string): void {
    this.#text -= this.#writes.get(key)?.text?.length ?? 0;
    this.#writes.delete(key);
  }
}
