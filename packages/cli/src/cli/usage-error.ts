/** The error of an invalid command line or environment. The message is a sentence for the user. */
export class UsageError extends Error {}
