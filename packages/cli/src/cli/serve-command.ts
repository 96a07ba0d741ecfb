import { FastResponse } from 'srvx/node';
import { accessWarning } from '../serve/addresses.ts';
import { serve } from '../serve.ts';
import { accessLine } from './access-line.ts';
import type { Command } from './arguments.ts';
import { firstScreen } from './first-screen.ts';

const secondsToFinish = 5;
/**
 * npm passes on a Ctrl-C that the terminal has already sent. A second signal within this time, in milliseconds, is the
 * same key.
 */
const twinWithin = 150;

/** Serves until a signal, which ends the process: with 0 after an orderly stop. */
export async function runServe(command: Extract<Command, { name: 'serve' }>): Promise<void> {
  const { port, host, quiet, data, registry, server: options } = command;
  // It is from srvx, for srvx's server alone. It passes bytes to Node unchanged, while Node's own class makes a stream
  // of them first. Small answers are sent twice as fast. The whole process is ours here; in a library it would not be.
  globalThis.Response = FastResponse as unknown as typeof Response;
  const coloured = process.stdout.isTTY === true && !process.env['NO_COLOR'];
  // The reader of the log may go away, as `head` does. The registry still serves.
  process.stdout.on('error', () => undefined);
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const server = await serve({
    ...registry,
    ...options,
    port,
    host,
    ...(data === undefined ? {} : { data }),
    ...(quiet ? {} : { onAccess: (access) => void say(accessLine(access, coloured)) }),
  });

  const warning = accessWarning(host, new URL(server.url).port || '80');
  if (warning !== undefined) process.stderr.write(`coracle: ${warning}\n`);

  let first: { readonly signal: string; readonly at: number } | undefined;
  const stop = async (signal: 'SIGINT' | 'SIGTERM'): Promise<void> => {
    if (first) {
      if (signal === first.signal && performance.now() - first.at < twinWithin) return;
      process.exit(signal === 'SIGINT' ? 130 : 143);
    }
    first = { signal, at: performance.now() };
    // The terminal has just written ^C.
    if (process.stdout.isTTY) say('');
    const { underWay } = server;
    if (underWay > 0) {
      say(`Stopping: ${underWay} under way, which get ${secondsToFinish} seconds. Ctrl-C again ends at once.`);
    }
    await server.close({ within: secondsToFinish * 1000 });
    say('Stopped.');
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  say(await firstScreen(server.url, host, registry, data));
}
