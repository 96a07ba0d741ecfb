/** The exit codes of the command. */
export const exitCode = { stopped: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** The table of the exit codes, for help and for the README. */
export const exitCodes: readonly (readonly [code: number, says: string])[] = [
  [exitCode.stopped, 'the server stopped in order, or a text was printed'],
  [exitCode.failed, 'the server cannot listen or keep its data, or another failure ended it'],
  [exitCode.usage, 'the command line or a variable is invalid; nothing was started'],
  [exitCode.interrupted, 'a second signal, Ctrl-C (SIGINT), ended the server at once'],
  [exitCode.terminated, 'a second signal, SIGTERM, ended the server at once'],
];
