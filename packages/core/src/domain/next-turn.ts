/**
 * The number of records that a long loop reads before it lets other requests run. Reading that many records takes some
 * 10 ms.
 */
export const recordsPerTurn = 2000;

/** The number of ids that take as long to process as one record. Long loops measure their work in records. */
export const idsPerRecord = 10;

/**
 * The platform's own setTimeout, read when this module is loaded. A test may replace `globalThis.setTimeout` with a
 * fake clock later. With the fake clock, `nextTurn` would never resolve.
 */
const later = globalThis.setTimeout;

/**
 * Waits until other pending work of this thread, such as timers and connections, has had a chance to run.
 *
 * A storage in memory resolves its promises at once. A long loop that awaits only such promises would block all other
 * work.
 */
export const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    later(resolve);
  });

/**
 * Reads the records under any number of keys in batches, and lets other requests run between two batches. The number of
 * keys can be large: a manifest of 4 MiB can name 20,000 images.
 * @param read reads the records of one batch of keys, in the order of the keys
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
