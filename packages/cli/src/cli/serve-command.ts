import { FastResponse } from 'srvx/node';
import { accessWarning } from '../serve/addresses.ts';
import { startServer } from '../serve.ts';
import { jsonAnnouncements, textAnnouncements } from './announcements.ts';
import type { Command } from './arguments.ts';
import { exitCode } from './exit-codes.ts';
import { flagOf } from './flags.ts';

const secondsToFinish = 5;
/**
 * The time in milliseconds within which a second signal counts as a copy of the first signal. If the user presses
 * Ctrl-C, both the terminal and npm send a signal to the server.
 */
const twinWithin = 150;

const write = (text: string) => process.stdout.write(`${text}\n`);
const warn = (sentence: string) => process.stderr.write(`coracle: ${sentence}\n`);

/**
 * Runs `coracle serve`: starts the server, and ends the process after a signal (SIGINT or SIGTERM). At the first
 * signal, requests in progress get 5 seconds to finish, and the exit code is 0. A second signal ends the process at
 * once.
 * @throws Error if the server cannot start
 */
export async function runServe({ options, log, quiet, warnings }: Extract<Command, { name: 'serve' }>): Promise<void> {
  // The `Response` of srvx passes bytes to Node unchanged, while Node's own class makes a stream of them first. Small
  // answers are sent twice as fast. It works only with srvx's server. The command owns the whole process, so it may
  // replace a global class; a library may not.
  globalThis.Response = FastResponse as unknown as typeof Response;
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const say = log === 'json' ? jsonAnnouncements : textAnnouncements(coloured);
  for (const sentence of warnings) warn(sentence);

  const onAccess = quiet
    ? {}
    : { onAccess: (access: Parameters<typeof say.request>[0]) => void write(say.request(access)) };
  const starting = startServer({ ...options, ...onAccess }, flagOf);
  let first: { readonly signal: string; readonly at: number } | undefined;
  const stop = async (signal: 'SIGINT' | 'SIGTERM'): Promise<void> => {
    if (first) {
      if (signal === first.signal && performance.now() - first.at < twinWithin) return;
      process.exit(signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated);
    }
    first = { signal, at: performance.now() };
    const server = await starting.catch(() => undefined);
    // If the start has failed, `await starting` below reports the error.
    if (!server) return;
    // The terminal has just written ^C into the line. The log in JSON must not have an empty line.
    if (process.stdout.isTTY && log === 'text') write('');
    const sentence = say.stopping(server.underWay, secondsToFinish);
    if (sentence !== undefined) write(sentence);
    try {
      await server.close({ within: secondsToFinish * 1000 });
    } catch (error) {
      warn(
        `The process ends now, although the server could not be stopped cleanly: ${error instanceof Error ? error.message : String(error)}`,
      );
      process.exit(exitCode.failed);
    }
    write(say.stopped());
    process.exit(exitCode.stopped);
  };
  // Process 1 of a container ignores signals by default, so the handlers are set before the start is complete.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const { url } = await starting;
  const { host = '127.0.0.1', access = 'open', endpoint = url } = options;
  const isEncrypted = new URL(endpoint).protocol === 'https:';
  const port = new URL(url).port || (url.startsWith('https:') ? '443' : '80');
  const warning = accessWarning({ host, port, isOpen: access === 'open', isEncrypted });
  if (warning !== undefined) warn(warning);
  write(await say.serving(url, host, options));
}
