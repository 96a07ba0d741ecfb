import { FastResponse } from 'srvx/node';
import { accessWarning } from '../serve/addresses.ts';
import { startServer } from '../serve.ts';
import { jsonAnnouncements, textAnnouncements } from './announcements.ts';
import type { Command } from './arguments.ts';
import { exitCode } from './exit-codes.ts';
import { flagOf } from './flags.ts';

const secondsToFinish = 5;
/**
 * The time in milliseconds within which a second signal counts as a copy of the first. If the user presses Ctrl-C, both
 * the terminal and npm send a signal to the server.
 */
const twinWithin = 150;

const write = (text: string) => process.stdout.write(`${text}\n`);
const warn = (sentence: string) => process.stderr.write(`coracle: ${sentence}\n`);

/**
 * Runs `coracle serve`: starts the server, and at SIGINT or SIGTERM stops it and ends the process. The exit code is 0
 * if the requests in progress could finish or their time is over. A second signal ends the process at once.
 * @throws Error if the server cannot start
 */
export async function runServe({ options, log, quiet, warnings }: Extract<Command, { name: 'serve' }>): Promise<void> {
  // It is from srvx, for srvx's server alone. It passes bytes to Node unchanged, while Node's own class makes a stream
  // of them first. Small answers are sent twice as fast. The whole process is ours here; in a library it would not be.
  globalThis.Response = FastResponse as unknown as typeof Response;
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  const say = log === 'json' ? jsonAnnouncements : textAnnouncements(coloured);
  // The reader of the log may go away, as `head` does. The registry still serves.
  process.stdout.on('error', () => undefined);
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
    // The failure of the start is reported at the end of this function.
    if (!server) return;
    // The terminal has just written ^C. A log for programs has no empty line.
    if (process.stdout.isTTY && log === 'text') write('');
    const sentence = say.stopping(server.underWay, secondsToFinish);
    if (sentence !== undefined) write(sentence);
    try {
      await server.close({ within: secondsToFinish * 1000 });
    } catch (error) {
      warn(`The server could not stop cleanly: ${error instanceof Error ? error.message : String(error)}`);
      process.exit(exitCode.failed);
    }
    write(say.stopped());
    process.exit(exitCode.stopped);
  };
  // Process 1 of a container has no handler of its own: without these a signal during the start would have no effect.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);

  const { url } = await starting;
  const { host = '127.0.0.1' } = options;
  const warning = accessWarning(host, new URL(url).port || (url.startsWith('https:') ? '443' : '80'));
  if (warning !== undefined) warn(warning);
  write(await say.serving(url, host, options));
}
