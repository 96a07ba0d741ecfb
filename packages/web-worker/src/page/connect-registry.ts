import { refuseUnknown, type Service } from '@coracle/core';
import { wrap } from 'comlink';
import { type HeldLock, holdLock, whenReleased } from '../wire/locks.ts';
import { type Handshake, protocol, readHandshake } from '../wire/messages.ts';
import type { Served } from '../wire/served.ts';
import { Caller } from './caller.ts';
import { connected } from './connected.ts';
import type { ConnectedRegistry } from './connected-registry.ts';

/** The options of `connectRegistry()`. */
export interface ConnectOptions {
  /** Ends the wait for the worker. The promise then rejects with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
}

const otherVersion =
  'The worker runs another version of @coracle/registry than the page: close all pages that use the worker, and open one again';

const optionNames = ['signal'] as const satisfies (keyof ConnectOptions)[];

/** A worker that runs `runRegistry()`, or a port to it. */
export type RegistryWorker = Worker | SharedWorker | MessagePort;

/**
 * Connects to the registry that `runRegistry()` runs in a worker. Several pages and workers may connect to the registry
 * of a shared worker.
 *
 * The promise waits until the worker has called `runRegistry()`. If the script of the worker never does this, the promise
 * never resolves: pass a signal such as `AbortSignal.timeout(10_000)`.
 * @throws TypeError if `worker` is not a worker
 * @throws Error if the script of the worker fails, if the registry cannot be created, or if the worker runs another
 *   version of `@coracle/registry`
 */
export async function connectRegistry<S extends readonly Service[] = readonly [Service<'ecr-public'>, Service<'ecr'>]>(
  worker: RegistryWorker,
  options: ConnectOptions = {},
): Promise<ConnectedRegistry<S>> {
  refuseUnknown('connectRegistry', options, optionNames);
  const { signal } = options;
  signal?.throwIfAborted();
  const lock = await holdLock();
  const { port1, port2 } = new MessageChannel();
  const caller = new Caller(wrap<Served>(port1));
  const released = new AbortController();
  const end = (reason: unknown) => {
    if (caller.connection.ending) return;
    caller.lose(reason);
    released.abort();
    lock?.release();
    port1.close();
  };
  const onWorkerEnd = () =>
    end(new Error('The worker that runs the registry has ended: start it again, and call connectRegistry()'));
  try {
    await shakeHands(worker, { lock, port: port2, signal });
    // Not all browsers have this event, and pages without https have no locks.
    port1.addEventListener('close', onWorkerEnd);
    const facts = await caller.facts(signal);
    whenReleased(facts.lock, released.signal, onWorkerEnd);
    return connected<S>(caller, facts, async () => {
      caller.close();
      end(new DOMException('The connection to the registry was closed by close()', 'AbortError'));
    });
  } catch (error) {
    end(error);
    throw error;
  }
}

interface Handshaking {
  readonly lock: HeldLock | undefined;
  /** The port for the worker. */
  readonly port: MessagePort;
  readonly signal: AbortSignal | undefined;
}

/** Waits until the worker is ready, and gives it a port. */
function shakeHands(worker: RegistryWorker, { lock, port, signal }: Handshaking): Promise<void> {
  const listening = new AbortController();
  const once = { signal: listening.signal };
  const endpoint = endpointOf(worker);
  const hello: Handshake = { coracle: 'hello' };
  const connect: Handshake = { coracle: 'connect', lock: lock?.name };
  return new Promise<void>((resolve, reject) => {
    endpoint.addEventListener(
      'message',
      (event) => {
        const message = readHandshake((event as MessageEvent).data);
        if (message?.coracle !== 'ready') return;
        if (message.protocol !== protocol) return reject(new Error(otherVersion));
        endpoint.postMessage(connect, [port]);
        resolve();
      },
      once,
    );
    worker.addEventListener(
      'error',
      (event) => reject(new Error(`The script of the worker failed${reasonOf(event)}`)),
      once,
    );
    if (signal?.aborted) reject(signal.reason);
    signal?.addEventListener('abort', () => reject(signal.reason), once);
    if ('start' in endpoint) endpoint.start();
    endpoint.postMessage(hello, []);
  }).finally(() => listening.abort());
}

/** @throws TypeError if the value is neither a worker nor a port */
function endpointOf(worker: RegistryWorker): Worker | MessagePort {
  const endpoint = 'port' in Object(worker) ? (worker as SharedWorker).port : (worker as Worker | MessagePort);
  if (typeof endpoint?.postMessage === 'function' && typeof endpoint.addEventListener === 'function') return endpoint;
  throw new TypeError('The first argument of connectRegistry() must be a Worker, a SharedWorker or a MessagePort');
}

/** An error event has a message if the script threw, and none if the script could not be loaded. */
const reasonOf = (event: Event): string =>
  'message' in event && event.message ? `: ${event.message}` : ', or it could not be loaded: look into the console';
