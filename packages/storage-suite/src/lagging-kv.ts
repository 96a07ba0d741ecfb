import { KvHistory } from './lagging-kv-history.ts';
import { KvLocation, LaggingNamespace } from './lagging-kv-namespace.ts';

export { LaggingNamespace } from './lagging-kv-namespace.ts';

/** The options of a lagging KV. */
export interface LaggingKvOptions {
  /** The seed of all random behaviour: with the same seed, the same calls get the same answers. It is 1 by default. */
  readonly seed?: number;
  /** The start of its clock, in milliseconds since 1970; 0 by default. */
  readonly start?: number;
  /** Milliseconds until a write has reached every location, although caches may still hide it. 60,000 by default. */
  readonly lag?: number;
}

/** One KV namespace, seen from many locations. */
export interface LaggingKv {
  /** Gives the binding of an isolate in this location. Isolates in one location share its caches. */
  at(location: string): LaggingNamespace;
  /** Gives the time of its clock in milliseconds since 1970. The clock stands still until it is moved. */
  now(): number;
  advance(milliseconds: number): void;
  /** Moves the clock so far that every read and every list sees every write. */
  settle(): void;
  /** Gives the names that really exist, in order. */
  names(): string[];
}

/**
 * Makes a Workers KV that behaves as badly as its documentation allows. Every location reads from its cache for as long
 * as it may (60 seconds, or the `cacheTtl` of the read), also that a key does not exist. A value that is not cached may
 * be 60 seconds old. A write is seen at once in its own location, or not. Lists lag on their own, one call more than
 * the next, and their pages may be short or empty although there are more. A key accepts one write a second (429).
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
