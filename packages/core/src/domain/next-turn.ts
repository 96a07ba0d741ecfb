/** How many records a long loop looks at in one go, which takes some 10 ms. */
export const recordsPerTurn = 2000;

/** How many ids are as much work as a record. */
export const idsPerRecord = 10;

/** The platform's own, taken before a test puts a false clock in its place, which would never have the next turn. */
const later = globalThis.setTimeout;

/**
 * Lets whatever else this thread has to do go on. A storage in memory answers without a pause, and then a long loop over
 * its promises lets no timer and no connection have its turn.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    later(resolve);
  });

/**
 * Reads records under any number of keys, and lets others have their turn in between: a manifest of 4 MiB names 20,000
 * images.
 * @returns what was found, by key
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
