/** The longest delay that a timer of Node can wait. Node treats a longer delay as one millisecond. */
const longestDelay = 2 ** 31 - 1;

/** Limits a number of milliseconds to the maximum that a timer can wait. */
export const delayOf = (milliseconds: number): number => Math.min(milliseconds, longestDelay);
