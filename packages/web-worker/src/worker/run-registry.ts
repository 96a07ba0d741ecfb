import { refuseUnknown, type Service } from '@coracle/core';
import { type HeldLock, holdLock } from '../wire/locks.ts';
import { type Handshake, protocol, readHandshake } from '../wire/messages.ts';
import type { Facts } from '../wire/served.ts';
import { type Serving, serveOn } from './connection.ts';
import { methodsOf } from './methods.ts';
import type { ImageTar, RunnableRegistry } from './runnable.ts';

/** The options of `runRegistry()`. */
export interface RunOptions {
  /**
   * The functions of `@coracle/registry/image-tar`, if pages import or export images: `import * as imageTar from
   * '@coracle/registry/image-tar'`. By default, the worker does not contain this code.
   */
  readonly imageTar?: ImageTar | undefined;
  /**
   * The port on which pages ask for connections. By default, the port is the one of the worker in which this function is
   * called.
   */
  readonly port?: MessagePort | undefined;
}

const ready: Handshake = { coracle: 'ready', protocol };

const optionNames = ['imageTar', 'port'] as const satisfies (keyof RunOptions)[];

/** The members of the global object of a dedicated or shared worker that this module uses. */
interface WorkerScope {
  readonly document?: unknown;
  readonly clients?: unknown;
  onconnect?: unknown;
  postMessage?(message: unknown): void;
  addEventListener(type: string, listener: (event: MessageEvent) => void): void;
  removeEventListener(type: string, listener: (event: MessageEvent) => void): void;
}

/**
 * Runs a registry in a dedicated worker or a shared worker. Pages call the registry with `connectRegistry(worker)`.
 *
 * Call this function when the worker's script starts, before the first `await`: a shared worker loses the connections of
 * pages that come earlier. If the registry needs time, for example because it is seeded, pass a promise of it.
 * @returns a function that ends all connections, and accepts no more connections
 * @throws TypeError if this is neither a dedicated nor a shared worker, or if an option is invalid
 */
export function runRegistry<S extends readonly Service[]>(
  registry: RunnableRegistry<S> | PromiseLike<RunnableRegistry<S>>,
  options: RunOptions = {},
): () => void {
  refuseUnknown('runRegistry', options, optionNames);
  const closed = new AbortController();
  const stop = listen(options.port, ({ data, ports: [port] }, reply) => {
    const message = readHandshake(data);
    if (message?.coracle === 'hello') reply(ready);
    if (message?.coracle === 'connect' && port) serveOn(port, { serving, lock: message.lock, closed: closed.signal });
  });
  const locking = holdLock();
  const serving = serve(registry, options.imageTar, locking);
  // A page that connects gets the error. It must not count as unhandled until then.
  serving.catch(() => undefined);
  return () => {
    stop();
    closed.abort();
    // Pages take this for the end of the worker.
    void locking.then((lock) => lock?.release());
  };
}

async function serve(
  given: RunnableRegistry | PromiseLike<RunnableRegistry>,
  imageTar: ImageTar | undefined,
  locking: Promise<HeldLock | undefined>,
): Promise<Serving> {
  const registry = await given;
  if (typeof registry?.fetch !== 'function' || typeof registry.invoke !== 'function') {
    throw new TypeError('The first argument of runRegistry() must be a registry: pass the result of createRegistry()');
  }
  return { facts: factsOf(registry, await locking), methods: methodsOf(registry, imageTar) };
}

function factsOf(registry: RunnableRegistry, lock: HeldLock | undefined): Facts {
  const { accountId, region, limits, checksAccess, endpoint, services, distribution } = registry;
  return {
    ...{ accountId, region, limits, checksAccess },
    endpoint: endpoint?.href,
    services: services.map(({ name, member, operations, pagination }) => ({
      ...{ name, member },
      operations: keysOf(operations),
      pagination: keysOf(pagination),
    })),
    distribution: Object.keys(distribution),
    lock: lock?.name,
  };
}

/** Returns an object with the same keys that can be sent to another thread. */
const keysOf = (object: object) => Object.fromEntries(Object.keys(object).map((key) => [key, true]));

/** Handles a message of a page. `reply` sends a message back to the page. */
type Listener = (event: MessageEvent, reply: (message: Handshake) => void) => void;

/** Calls `listener` for each message of a page. Returns a function that ends this. */
function listen(port: MessagePort | undefined, listener: Listener): () => void {
  if (port) return listenOn(port, listener);
  const scope = globalThis as unknown as WorkerScope;
  if ('onconnect' in scope) return listenToPages(scope, listener);
  const { postMessage } = scope;
  if ('document' in scope || 'clients' in scope || typeof postMessage !== 'function') {
    throw new TypeError(
      'runRegistry() runs in the script of a dedicated worker or a shared worker. In a service worker, call answerFetches() of @coracle/registry/service-worker',
    );
  }
  const reply = (message: Handshake) => postMessage.call(scope, message);
  const onMessage = (event: MessageEvent) => listener(event, reply);
  scope.addEventListener('message', onMessage);
  reply(ready);
  return () => scope.removeEventListener('message', onMessage);
}

/** Listens in a shared worker, which gets a port for each page that connects. */
function listenToPages(scope: WorkerScope, listener: Listener): () => void {
  const stops: (() => void)[] = [];
  const onConnect = ({ ports: [port] }: MessageEvent) => {
    if (port) stops.push(listenOn(port, listener));
  };
  scope.addEventListener('connect', onConnect);
  return () => {
    scope.removeEventListener('connect', onConnect);
    for (const stop of stops) stop();
  };
}

function listenOn(port: MessagePort, listener: Listener): () => void {
  const reply = (message: Handshake) => port.postMessage(message);
  const onMessage = (event: MessageEvent) => listener(event, reply);
  port.addEventListener('message', onMessage);
  port.start();
  reply(ready);
  return () => port.removeEventListener('message', onMessage);
}
