/** The maximum delay of a timer in Node, in milliseconds. Node replaces a longer delay by one millisecond. */
const longestDelay = 2 ** 31 - 1;

/** Returns the delay in milliseconds, or the maximum delay of a timer in Node if it is shorter. */
export const delayOf = (milliseconds: number): number => Math.min(milliseconds, longestDelay);
