/** The exit codes of the command `coracle`, by the reason why the process ends. */
export const exitCode = { stopped: 0, failed: 1, usage: 2, interrupted: 130, terminated: 143 } as const;

/** The meaning of each exit code of `coracle`, for the help and for the README. */
export const exitCodes: readonly (readonly [code: number, says: string])[] = [
  [exitCode.stopped, 'the server stopped after a signal, or the help or the version was printed'],
  [
    exitCode.failed,
    'the server could not listen on the port or open the data folder, or another error ended the server',
  ],
  [exitCode.usage, 'the command line or an environment variable is invalid; the server was not started'],
  [exitCode.interrupted, 'a second signal, Ctrl-C (SIGINT), was sent and ended the server at once'],
  [exitCode.terminated, 'a second signal, SIGTERM, was sent and ended the server at once'],
];
