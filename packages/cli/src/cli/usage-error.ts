/**
 * The error that is thrown if the command line or the environment is invalid. Its message is a sentence for the user.
 */
export class UsageError extends Error {}
