import type { Storage } from '@coracle/core';
import { type LaggingKv, laggingKv } from '@coracle/storage-suite';
import { kvStorage } from '../src/index.ts';
import { countingNamespace } from './counting-namespace.ts';

export const start = Date.UTC(2026, 0, 1);
export const second = 1000;
export const minute = 60 * second;

/** KV without its lag: what it has is seen at once, and nothing that a test does not want to see gets in the way. */
export const promptKv = (): LaggingKv => laggingKv({ lag: 0, start });

export const laggingFrom = (seed = 1): LaggingKv => laggingKv({ seed, start });

/** The storage in an isolate of a place, on the KV's own clock: to wait moves it. */
export function storageIn(kv: LaggingKv, place = 'ams', prefix = ''): Storage {
  return kvStorage(kv.at(place), { prefix, ...timesOf(kv) });
}

export const timesOf = (kv: LaggingKv) => ({
  clock: kv.now,
  wait: async (milliseconds: number) => kv.advance(milliseconds),
});

export function countedStorage(kv: LaggingKv, place = 'ams') {
  const { namespace, taken } = countingNamespace(kv.at(place));
  return { storage: kvStorage(namespace, timesOf(kv)), taken };
}

let versions = 0;
/** A record with a version that no other has. */
export const record = (key: string, value: string | number | null = null) => ({
  key,
  version: `v${++versions}`,
  value,
});
