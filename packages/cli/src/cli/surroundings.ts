import { homedir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Exchange, exchange } from '../remote/exchange.ts';
import type { Patience } from '../remote/retries.ts';
import type { Environment } from './environment.ts';

/** The parts of the machine that `coracle push` and `coracle pull` use, so that tests can replace them. */
export interface Surroundings {
  readonly environment: Environment;
  /** The home folder of the user. */
  readonly home: string;
  readonly processId: number;
  readonly isRunning: (processId: number) => boolean;
  /** Prints the result. */
  readonly print: (text: string) => void;
  /** Prints the progress, warnings and errors. */
  readonly tell: (text: string) => void;
  /** The number of columns of the terminal to which `tell` writes; undefined if it is not a terminal. */
  readonly columns: () => number | undefined;
  readonly exchange: Exchange;
  readonly patience: Patience;
  /** Calls a function at each signal to stop. Returns a function that ends this. */
  readonly onSignal: (handle: (signal: 'SIGINT' | 'SIGTERM') => void) => () => void;
  readonly exit: (code: number) => void;
}

/** Returns the surroundings of this process. */
export const ownSurroundings = (): Surroundings => ({
  environment: process.env,
  home: homedir(),
  processId: process.pid,
  isRunning,
  print: (text) => process.stdout.write(text),
  tell: (text) => process.stderr.write(text),
  columns: () => (process.stderr.isTTY ? process.stderr.columns : undefined),
  exchange,
  patience: {
    wait: async (milliseconds, signal) => {
      await sleep(milliseconds, undefined, signal ? { signal } : {}).catch(() => signal?.throwIfAborted());
    },
    random: Math.random,
    now: Date.now,
  },
  onSignal: (handle) => {
    process.on('SIGINT', handle).on('SIGTERM', handle);
    return () => process.off('SIGINT', handle).off('SIGTERM', handle);
  },
  exit: (code) => process.exit(code),
});

function isRunning(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // The process is there, but belongs to another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
