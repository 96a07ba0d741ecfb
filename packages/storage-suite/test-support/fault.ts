import type { MapStorage } from './map-storage.ts';

/** One way to break a MapStorage, and the rules that have to notice, among others that may. */
export interface Fault {
  readonly caughtBy: readonly string[];
  readonly breaks: (good: MapStorage) => void;
}
