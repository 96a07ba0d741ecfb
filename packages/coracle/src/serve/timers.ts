/** The longest delay that a timer of Node takes. It takes a longer one for a millisecond. */
const longestDelay = 2 ** 31 - 1;

/** Gives the delay for a timer that waits as many milliseconds, or as long as a timer can. */
export const delayOf = (milliseconds: number): number => Math.min(milliseconds, longestDelay);
