/** A write under a name: a value that was put, or a removal. */
export interface Version {
  /** The number of the write, counted over all writes to the namespace. */
  readonly nth: number;
  readonly time: number;
  /** The number of the location where it was written. */
  readonly origin: number;
  /** The value; undefined if the name was removed. */
  readonly value: Uint8Array | undefined;
  /** The metadata as JSON. */
  readonly metadata: string | undefined;
}

interface Settings {
  readonly seed: number;
  readonly lag: number;
  readonly clock: () => number;
}

const millisecondsPerWrite = 1000;

/** Every write to a namespace, as the central stores know it, and the locations that can see it. */
export class KvHistory {
  readonly #settings: Settings;
  readonly #versions = new Map<string, Version[]>();
  #sorted: string[] | undefined;
  #writes = 0;
  #rolls = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  /** Gives a number from 0 to below 1, the same at every run. */
  roll(): number {
    return this.#noise(this.#rolls++, 0, 0);
  }

  now(): number {
    return this.#settings.clock();
  }

  /**
   * Writes a version under a name.
   * @throws Error with KV's text if the name was written less than a second ago
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
    // Of the versions that everybody has seen, only the last can be seen again.
    const settled = before.findLastIndex((old) => old.time < time - this.#settings.lag);
    this.#versions.set(name, [...before.slice(Math.max(0, settled)), written]);
    return written;
  }

  latest(name: string): Version | undefined {
    return this.#versions.get(name)?.at(-1);
  }

  /**
   * Gives the version that a read without a cache finds in a location. In the location of a write, the write is mostly
   * visible at once.
   */
  seenIn(location: number, name: string): Version | undefined {
    return this.#newest(name, (version) => {
      const late = this.#noise(version.nth, location, 1);
      return version.origin === location && late < 0.75 ? 0 : late;
    });
  }

  /** Gives the version that a list finds, which may differ at every list. */
  listedIn(location: number, list: number, name: string): Version | undefined {
    return this.#newest(name, (version) => this.#noise(version.nth, location, list + 2));
  }

  /**
   * Gives all names that ever existed, in the order of a list. Deleted names are included, because a list has to pass
   * them too.
   */
  names(): readonly string[] {
    this.#sorted ??= [...this.#versions.keys()].sort(byUtf8);
    return this.#sorted;
  }

  /**
   * Finds the newest version that can be seen.
   * @param lateness gives the part of the lag that a version takes
   */
  #newest(name: string, lateness: (version: Version) => number): Version | undefined {
    const now = this.now();
    return this.#versions.get(name)?.findLast((it) => it.time + lateness(it) * this.#settings.lag <= now);
  }

  /** Gives numbers from 0 to 1 that look random. The ends of the range are more frequent than the middle. */
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

/** Compares names by their UTF-8, which sorts as code points do. The units of JavaScript's strings do not. */
function byUtf8(left: string, right: string): number {
  const [a, b] = [[...left], [...right]];
  const at = a.findIndex((character, index) => character !== b[index]);
  if (at === -1) return a.length - b.length;
  return (a[at]?.codePointAt(0) ?? -1) - (b[at]?.codePointAt(0) ?? -1);
}
