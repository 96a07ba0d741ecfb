import type { Mark, StoredRecord } from '@coracle/core';
import type { SortedMap } from './sorted-map.ts';

/**
 * Makes a `Mark` of a storage. A mark keeps the records and pieces (chunks of content) that the storage has now, so
 * that they can be read or restored later. Making a mark costs O(1), because the mark and the storage share the memory
 * of all data that does not change.
 */
export function markOf(records: SortedMap<StoredRecord>, pieces: SortedMap<Uint8Array>): Mark {
  const recordsThen = records.copy();
  const piecesThen = pieces.copy();
  return {
    records: () => recordsThen.values(),
    piece: (id) => piecesThen.get(id),
    restore() {
      const others = changed(records, recordsThen);
      const came = [...pieces.keysUnlike(piecesThen)].filter((id) => piecesThen.get(id) === undefined);
      const kept = came.map((id) => [id, pieces.get(id)] as const);
      records.become(recordsThen);
      pieces.become(piecesThen);
      for (const [id, piece] of kept) if (piece) pieces.set(id, piece);
      return others;
    },
  };
}

/** Returns the records in `now` that were added or changed since `then`. */
function changed(now: SortedMap<StoredRecord>, then: SortedMap<StoredRecord>): StoredRecord[] {
  const others: StoredRecord[] = [];
  for (const key of now.keysUnlike(then)) {
    const record = now.get(key);
    if (record && record !== then.get(key)) others.push(record);
  }
  return others;
}
