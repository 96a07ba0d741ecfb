/** The number of records that a long loop reads before other work gets a turn. Reading them takes some 10 ms. */
export const recordsPerTurn = 2000;

/** The number of ids that are as much work as a record. */
export const idsPerRecord = 10;

/**
 * The platform's own setTimeout. It is taken before a test replaces it with a false clock, on which the next turn would
 * never come.
 */
const later = globalThis.setTimeout;

/**
 * Lets the other work of this thread go on. A storage in memory answers without a pause, so a long loop over its
 * promises would give no timer and no connection its turn.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    later(resolve);
  });

/**
 * Reads records under any number of keys, and lets others have their turn in between: a manifest of 4 MiB names 20,000
 * images.
 * @returns the records that exist, by key
 */
export async function readInTurns<T>(
  keys: readonly string[],
  read: (some: readonly string[]) => Promise<(T | undefined)[]>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  for (let at = 0; at < keys.length; at += recordsPerTurn) {
    if (keys.length > recordsPerTurn) await nextTurn();
    const some = keys.slice(at, at + recordsPerTurn);
    for (const [i, record] of (await read(some)).entries()) {
      const key = some[i];
      if (key !== undefined && record !== undefined) found.set(key, record);
    }
  }
  return found;
}
