/** The longest delay that a timer of Node can wait. It treats a longer one as one millisecond. */
const longestDelay = 2 ** 31 - 1;

/** Gives the delay for a timer that waits so many milliseconds, or as long as a timer can. */
export const delayOf = (milliseconds: number): number => Math.min(milliseconds, longestDelay);
