import { nextTurn } from '@coracle/core';

/**
 * The number of list items that are written as JSON before other requests may run. Writing this many takes some 10 ms.
 */
const itemsPerTurn = 10_000;

export const isLongList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > itemsPerTurn;

/**
 * Returns a list as JSON. If the list is long, other requests run in between: a registry may have a million tags, and
 * all their names are in one list.
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
