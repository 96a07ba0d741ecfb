import { KvHistory } from './lagging-kv-history.ts';
import { KvLocation, LaggingNamespace } from './lagging-kv-namespace.ts';

export { LaggingNamespace } from './lagging-kv-namespace.ts';

/** The options of `laggingKv()`. */
export interface LaggingKvOptions {
  /** The seed of all random behaviour; 1 by default. With the same seed, the same calls get the same answers. */
  readonly seed?: number;
  /** The time at which the simulated clock starts, in milliseconds since 1970; 0 by default. */
  readonly start?: number;
  /**
   * The maximum time in milliseconds until a write reaches every location; 60,000 by default. The caches of a location
   * may hide the write for longer.
   */
  readonly lag?: number;
}

/** A simulated KV namespace that Workers in several locations (data centres) use. */
export interface LaggingKv {
  /**
   * Returns a binding to the namespace for a new isolate in this location. All isolates in one location share the
   * caches of the location.
   */
  at(location: string): LaggingNamespace;
  /**
   * Returns the time of the simulated clock in milliseconds since 1970. The clock moves only by `advance` and `settle`.
   */
  now(): number;
  advance(milliseconds: number): void;
  /** Moves the clock so far that every read and every list sees every write. */
  settle(): void;
  /** Returns all keys that really exist in the namespace, sorted, regardless of caches and lag. */
  names(): string[];
}

/**
 * Makes a simulated Workers KV that is as inconsistent as KV's documentation allows. A read in a location may come from
 * a cache for 60 seconds, or for the `cacheTtl` of the read; the cache also remembers that a key does not exist. A
 * value that is not cached may be 60 seconds old. A location may see its own write at once, or later. Each list
 * operation has its own lag, and its page may be short or empty although more keys follow. A key accepts one write a
 * second. Further writes of the key in that second fail with 429.
 */
export function laggingKv({ seed = 1, start = 0, lag = 60_000 }: LaggingKvOptions = {}): LaggingKv {
  let now = start;
  const history = new KvHistory({ seed, lag, clock: () => now });
  const locations = new Map<string, KvLocation>();
  const locationOf = (name: string): KvLocation => {
    const known = locations.get(name) ?? new KvLocation(locations.size, history);
    locations.set(name, known);
    return known;
  };
  return {
    at: (name) => new LaggingNamespace(locationOf(name), history),
    now: () => now,
    advance: (milliseconds) => {
      now += milliseconds;
    },
    settle: () => {
      now += lag + Math.max(0, ...[...locations.values()].map(({ longestTtl }) => longestTtl)) + 1;
    },
    names: () => history.names().filter((name) => history.latest(name)?.value !== undefined),
  };
}
