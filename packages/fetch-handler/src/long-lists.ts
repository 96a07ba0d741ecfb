import { nextTurn } from '@coracle/core';

/** The number of items that are written before other work gets a turn. Writing them takes some 10 ms. */
const itemsPerTurn = 10_000;

export const isLongList = (value: unknown): value is readonly unknown[] =>
  Array.isArray(value) && value.length > itemsPerTurn;

/**
 * Writes a list as JSON. A registry may have a million tags, and their names are one list, so other work gets turns
 * while it is written.
 * @param toJson gives the value that is written for an item
 */
export async function writeList(list: readonly unknown[], toJson = (item: unknown) => item): Promise<string> {
  const parts: string[] = [];
  for (let from = 0; from < list.length; from += itemsPerTurn) {
    if (from > 0) await nextTurn();
    parts.push(JSON.stringify(list.slice(from, from + itemsPerTurn).map(toJson)).slice(1, -1));
  }
  return `[${parts.join(',')}]`;
}
