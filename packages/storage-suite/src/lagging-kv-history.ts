/** A write to a key of the simulated KV namespace: a value that was put, or a removal. */
export interface Version {
  /** The number of the write, counted over all writes to the namespace. */
  readonly nth: number;
  readonly time: number;
  /** The number of the location (data centre) in which the write was made. */
  readonly origin: number;
  /** The value that was put; undefined if the key was removed. */
  readonly value: Uint8Array | undefined;
  /** The metadata of the key as JSON; undefined if the write has no metadata. */
  readonly metadata: string | undefined;
}

interface Settings {
  readonly seed: number;
  readonly lag: number;
  readonly clock: () => number;
}

const millisecondsPerWrite = 1000;

/**
 * Keeps all writes to a simulated KV namespace, and decides at which time each location (data centre) can see each
 * write.
 */
export class KvHistory {
  readonly #settings: Settings;
  readonly #versions = new Map<string, Version[]>();
  #sorted: string[] | undefined;
  #writes = 0;
  #rolls = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Returns the next pseudorandom number from 0 to below 1. The same seed gives the same numbers. */
  roll(): number {
    return this.#noise(this.#rolls++, 0, 0);
  }

  now(): number {
    return this.#settings.clock();
  }

  /**
   * Adds a write of a key to the history.
   * @throws Error with the text of KV (429) if the key was written less than a second ago
   */
  write(method: 'PUT' | 'DELETE', name: string, version: Omit<Version, 'nth' | 'time'>): Version {
    const before = this.#versions.get(name) ?? [];
    const time = this.now();
    const last = before.at(-1);
    if (last !== undefined && time - last.time < millisecondsPerWrite) {
      throw new Error(`KV ${method} failed: 429 Too Many Requests`);
    }
    if (before.length === 0) this.#sorted = undefined;
    const written = { ...version, nth: ++this.#writes, time };
    // Of the versions older than the lag, only the last can still be visible, so the earlier ones are dropped.
    const settled = before.findLastIndex((old) => old.time < time - this.#settings.lag);
    this.#versions.set(name, [...before.slice(Math.max(0, settled)), written]);
    return written;
  }

  latest(name: string): Version | undefined {
    return this.#versions.get(name)?.at(-1);
  }

  /**
   * Returns the version of a key that a location reads if its cache does not have the key. A location usually sees its
   * own writes at once, but not always.
   */
  seenIn(location: number, name: string): Version | undefined {
    return this.#newest(name, (version) => {
      const late = this.#noise(version.nth, location, 1);
      return version.origin === location && late < 0.75 ? 0 : late;
    });
  }

  /**
   * Returns the version of a key that the list operation with the number `list` shows in a location. A list operation
   * with another number may show another version.
   */
  listedIn(location: number, list: number, name: string): Version | undefined {
    return this.#newest(name, (version) => this.#noise(version.nth, location, list + 2));
  }

  /**
   * Returns all keys that have ever existed, in the order in which KV lists them. Deleted keys are included, because a
   * list has to pass over them too, and so its pages can be short.
   */
  names(): readonly string[] {
    this.#sorted ??= [...this.#versions.keys()].sort(byUtf8);
    return this.#sorted;
  }

  /**
   * Returns the newest version of a key that is visible now.
   * @param lateness returns the delay of a version, as a part (0 to 1) of the maximum lag
   */
  #newest(name: string, lateness: (version: Version) => number): Version | undefined {
    const now = this.now();
    return this.#versions.get(name)?.findLast((it) => it.time + lateness(it) * this.#settings.lag <= now);
  }

  /**
   * Returns a pseudorandom number from 0 to 1 for the given numbers. Values near 0 and near 1 are more frequent than
   * values in the middle.
   */
  #noise(...of: readonly number[]): number {
    let state = this.#settings.seed | 0;
    for (const number of of) {
      state = Math.imul(state ^ (number + 0x9e3779b9), 0x85ebca6b);
      state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
      state ^= state >>> 16;
    }
    const noise = (state >>> 0) / 2 ** 32;
    return Math.min(0.999, Math.max(0, noise * 1.4 - 0.2));
  }
}

/**
 * Compares two keys by their UTF-8 bytes, as KV sorts them. This order is that of Unicode code points. Strings of
 * JavaScript are compared by UTF-16 units, which gives another order.
 */
function byUtf8(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at === -1) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}
