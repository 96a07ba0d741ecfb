import { ImageTarError } from '@coracle/registry/image-tar';
import type { Client } from '../remote/client.ts';
import { connect } from '../remote/connect.ts';
import { findCredentials } from '../remote/credentials.ts';
import { RemoteError } from '../remote/failure.ts';
import { dockerHub, nameOf } from '../remote/reference.ts';
import type { Environment } from './environment.ts';
import { exitCode } from './exit-codes.ts';
import { type Progress, progressOf } from './progress.ts';
import type { Surroundings } from './surroundings.ts';
import type { Transfer } from './transfer-arguments.ts';

/** The parts that a push and a pull have in common. */
export interface Moving {
  /** Connects to the registry. A command first checks its files, because a wrong path needs no connection. */
  readonly connect: () => Promise<Client>;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** The reason with which a signal of the user stops a transfer. */
class Interrupted extends Error {
  readonly signal: 'SIGINT' | 'SIGTERM';

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/**
 * The time in milliseconds within which a second signal counts as a copy of the first one: both the terminal and npm send
 * a signal if the user presses Ctrl-C.
 */
const twinWithin = 150;

/**
 * Does the work of a command, and prints its result or its error. The first signal stops the work, and the second one ends the
 * process at once.
 * @param goOn the sentence that says how to go on after a stop
 * @returns the exit code
 */
export async function runTransfer(
  { name, reference, settings, warnings }: Transfer,
  surroundings: Surroundings,
  goOn: string,
  work: (moving: Moving) => Promise<string>,
): Promise<number> {
  const { tell, print, environment, home, exchange, patience } = surroundings;
  const { quiet = false, insecure = false } = settings;
  const stop = new AbortController();
  const ignore = stopAtSignals(stop, surroundings);
  const progress = progressOf(name, quiet, surroundings);
  const { registry, repository } = reference;
  const { onEvent } = progress;
  const { signal } = stop;
  const credentials = () => findCredentials({ registry, repository, environment, home, signal });
  try {
    for (const sentence of warnings) tell(`coracle: ${sentence}\n`);
    const result = await work({
      connect: () => {
        if (registry === dockerHub.name) {
          onEvent({
            kind: 'notice',
            text: `${nameOf(reference)} is on Docker Hub, because no other registry is named`,
          });
        }
        return connect({ registry, insecure, credentials, exchange, patience, onEvent, signal });
      },
      ...{ progress, signal },
    });
    progress.end();
    print(`${result}\n`);
    return exitCode.stopped;
  } catch (error) {
    progress.end();
    const reason: unknown = signal.aborted ? signal.reason : error;
    const isCutOff = reason instanceof RemoteError && reason.kind === 'unreachable';
    const hint = isCutOff
      ? `${name === 'push' ? '. A push goes on where it stopped' : ''}${proxyHint(environment)}`
      : '';
    tell(`coracle: ${reason instanceof Interrupted ? goOn : messageOf(reason) + hint}\n`);
    return exitCodeOf(reason);
  } finally {
    ignore();
  }
}

function stopAtSignals(stop: AbortController, { onSignal, patience, exit }: Surroundings): () => void {
  let first: { readonly signal: string; readonly at: number } | undefined;
  return onSignal((signal) => {
    const at = patience.now();
    if (first === undefined) {
      first = { signal, at };
      stop.abort(new Interrupted(signal));
    } else if (signal !== first.signal || at - first.at >= twinWithin) {
      exit(signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated);
    }
  });
}

function exitCodeOf(error: unknown): number {
  if (error instanceof Interrupted) return error.signal === 'SIGINT' ? exitCode.interrupted : exitCode.terminated;
  if (error instanceof RemoteError && error.kind !== 'refused') return exitCode[error.kind];
  return exitCode.failed;
}

/** The variables that name a proxy for other programs. */
const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'];

/** Returns a sentence for a user who may wait for a proxy to be used. */
function proxyHint(environment: Environment): string {
  const name = proxyVariables.find((variable) => environment[variable]);
  return name === undefined ? '' : `. This command does not use the proxy that ${name} names`;
}

function messageOf(error: unknown): string {
  // The options of importImage() are flags here.
  if (error instanceof ImageTarError) return error.message.replaceAll("the option 'image'", '--image');
  return error instanceof Error ? error.message : String(error);
}
