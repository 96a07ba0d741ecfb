import { refuseUnknown, type Service } from '@coracle/core';
import { wrap } from 'comlink';
import { holdLock, whenReleased } from '../wire/locks.ts';
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
  const endpoint = endpointOf(worker);
  const locking = holdLock();
  const { port1, port2 } = new MessageChannel();
  const caller = new Caller(wrap<Served>(port1));
  const released = new AbortController();
  const end = (reason: unknown) => {
    if (caller.connection.ending) return;
    caller.lose(reason);
    released.abort();
    void locking.then((lock) => lock?.release());
    port1.close();
  };
  const onWorkerEnd = () =>
    end(new Error('The worker that runs the registry has ended: start it again, and call connectRegistry()'));
  try {
    // Called before anything is awaited: the script of the worker may fail at any moment.
    await whenReady(worker, endpoint, signal);
    const connect: Handshake = { coracle: 'connect', lock: (await locking)?.name };
    endpoint.postMessage(connect, [port2]);
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

/** Waits until the worker has called `runRegistry()`. */
function whenReady(
  worker: RegistryWorker,
  endpoint: Worker | MessagePort,
  signal: AbortSignal | undefined,
): Promise<void> {
  const listening = new AbortController();
  const once = { signal: listening.signal };
  const hello: Handshake = { coracle: 'hello' };
  return new Promise<void>((resolve, reject) => {
    endpoint.addEventListener(
      'message',
      (event) => {
        const message = readHandshake((event as MessageEvent).data);
        if (message?.coracle !== 'ready') return;
        if (message.protocol === protocol) resolve();
        else reject(new Error(otherVersion));
      },
      once,
    );
    worker.addEventListener(
      'error',
      (event) => reject(new Error(`The script of the worker failed${reasonOf(event)}`)),
      once,
    );
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
