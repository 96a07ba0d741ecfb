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
