/** The maximum delay of a timer in Node, in milliseconds. Node replaces a longer delay by one millisecond. */
const longestDelay = 2 ** 31 - 1;

/** Returns a delay in milliseconds, limited to the maximum delay of a timer in Node. */
export const delayOf = (milliseconds: number): number => Math.min(milliseconds, longestDelay);
