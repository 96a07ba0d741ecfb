import { KvHistory } from './lagging-kv-history.ts';
import { KvLocation, LaggingNamespace } from './lagging-kv-namespace.ts';

export { LaggingNamespace } from './lagging-kv-namespace.ts';

/** How a lagging KV behaves. */
export interface LaggingKvOptions {
  /** What all that is left open follows from: the same seed, the same calls, the same answers. 1 by default. */
  readonly seed?: number;
  /** Where its clock starts, in milliseconds since 1970. */
  readonly start?: number;
  /** Milliseconds until a write has reached every location, where caches may hide it still. 60,000 by default. */
  readonly lag?: number;
}

/** One KV namespace, seen from many locations. */
export interface LaggingKv {
  /** The binding that an isolate in this location has. Isolates in one location share its caches. */
  at(location: string): LaggingNamespace;
  /** Its clock, which stands still until it is moved: milliseconds since 1970. */
  now(): number;
  advance(milliseconds: number): void;
  /** Moves the clock so far that every read and every list sees every write. */
  settle(): void;
  /** The names of what is there, in truth and in order. */
  names(): string[];
}

/**
 * Workers KV as its documentation lets it be, at its worst: every location reads what it has cached for as long as it
 * may (60 seconds, or the `cacheTtl` asked for), also that there is nothing; what is not cached may be 60 seconds old;
 * a write is seen at once where it was made, or not; lists lag on their own, one call more than the next, and
 * their pages may be short or empty though there is more; a key takes one write a second (429).
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
