/** The exit codes of the command `coracle`, by the reason why the process ends. */
export const exitCode = {
  stopped: 0,
  failed: 1,
  usage: 2,
  unreachable: 3,
  login: 4,
  interrupted: 130,
  terminated: 143,
} as const;

/** The meaning of each exit code of `coracle serve` and `coracle help`, for the help and for the README. */
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

/** The meaning of each exit code of `coracle push` and `coracle pull`. */
export const transferExitCodes: readonly (readonly [code: number, says: string])[] = [
  [exitCode.stopped, 'the whole image was pushed or pulled'],
  [
    exitCode.failed,
    'the archive is invalid, the file exists already, the registry refused the image, or another error',
  ],
  [exitCode.usage, 'the command line or an environment variable is invalid; nothing was sent'],
  [
    exitCode.unreachable,
    'the registry could not be reached, or failed again after all retries; the same command goes on',
  ],
  [exitCode.login, 'the registry needs a login, or refused it'],
  [exitCode.interrupted, 'Ctrl-C (SIGINT) stopped the command; the same command goes on'],
  [exitCode.terminated, 'SIGTERM stopped the command; the same command goes on'],
];
