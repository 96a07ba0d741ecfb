import { nextTurn } from '@coracle/core';

/**
 * The number of list items that are written as JSON before other requests may run. Writing 10,000 items takes about 10
 * ms.
 */
const itemsPerTurn = 10_000;

export const isLongList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > itemsPerTurn;

/**
 * Returns a list as JSON. If the list is long, other requests can run while the list is written. This matters because a
 * repository may have a million tags, and one list contains the names of all of them.
 * @param toJson returns the JSON value for an item
 */
export async function writeList(list: readonly unknown[], toJson = (item: unknown) => item): Promise<string> {
  const parts: string[] = [];
  for (let from = 0; from < list.length; from += itemsPerTurn) {
    if (from > 0) await nextTurn();
    parts.push(JSON.stringify(list.slice(from, from + itemsPerTurn).map(toJson)).slice(1, -1));
  }
  return `[${parts.join(',')}]`;
}
