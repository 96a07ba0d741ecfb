import { join } from 'node:path';
import { readCommand } from '../src/cli/arguments.ts';
import type { Environment } from '../src/cli/environment.ts';
import { runPull } from '../src/cli/pull-command.ts';
import { runPush } from '../src/cli/push-command.ts';
import type { Surroundings } from '../src/cli/surroundings.ts';
import { exchange } from '../src/remote/exchange.ts';

/** The outcome of `coracle push` or `coracle pull`. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The waits before further tries, in milliseconds. */
  readonly waits: readonly number[];
}

export interface TransferOptions {
  readonly environment?: Environment;
  /** Replaces parts of the machine. */
  readonly surroundings?: Partial<Surroundings>;
}

/** Runs a command line of `coracle push` or `coracle pull` in this process. The home folder is `folder`. */
export async function transfer(
  folder: string,
  args: readonly string[],
  { environment = {}, surroundings = {} }: TransferOptions = {},
): Promise<Ended> {
  const command = readCommand(args, environment);
  if (command.name !== 'push' && command.name !== 'pull') throw new Error(`${command.name} moves no image`);
  let [stdout, stderr] = ['', ''];
  const waits: number[] = [];
  const all: Surroundings = {
    environment: { PATH: process.env['PATH'], ...environment },
    home: folder,
    processId: process.pid,
    isRunning: () => true,
    print: (text) => (stdout += text),
    tell: (text) => (stderr += text),
    columns: () => undefined,
    exchange,
    patience: {
      wait: async (milliseconds, signal) => {
        waits.push(milliseconds);
        signal?.throwIfAborted();
      },
      random: () => 0.5,
      now: Date.now,
    },
    onSignal: () => () => undefined,
    exit: (code) => {
      throw new Error(`The process would end with ${code}`);
    },
    ...surroundings,
  };
  const code = await (command.name === 'push' ? runPush(command, all) : runPull(command, all));
  return { code, stdout, stderr, waits };
}

/** The folder in which a push of `transfer()` remembers its uploads. */
export const uploadsFolder = (folder: string): string => join(folder, '.cache', 'coracle', 'uploads');
