import { expose, transfer } from 'comlink';
import { type Carried, receive, Sender } from '../wire/carried.ts';
import { receiveError, sendError } from '../wire/errors.ts';
import { type Lifetime, OpenLifetime } from '../wire/lifetime.ts';
import { whenReleased } from '../wire/locks.ts';
import type { Facts, Outcome, Served } from '../wire/served.ts';
import type { Method } from './methods.ts';

/** A registry that a worker serves to pages. */
export interface Serving {
  readonly facts: Facts;
  readonly methods: ReadonlyMap<string, Method>;
}

interface ServeOptions {
  /** Resolves when the registry is ready. */
  readonly serving: Promise<Serving>;
  /** The name of a lock that the page holds for as long as it lives. */
  readonly lock: string | undefined;
  /** Ends the connection. */
  readonly closed: AbortSignal;
}

/** Serves a registry to a page on a port. When the page ends, everything that the page has begun is ended. */
export function serveOn(port: MessagePort, { serving, lock, closed }: ServeOptions): void {
  const connection = new Connection(serving);
  const waiting = new AbortController();
  expose(connection.served, port);
  connection.lifetime.onEnd(() => {
    waiting.abort();
    port.close();
  });
  closed.addEventListener('abort', () => connection.end(), { once: true, signal: waiting.signal });
  // Not all browsers have this event, and pages without https have no locks.
  port.addEventListener('close', () => connection.end());
  whenReleased(lock, waiting.signal, () => connection.end());
}

class Connection {
  readonly #serving: Promise<Serving>;
  readonly #lifetime = new OpenLifetime();
  /** The calls in progress that the page may abort, by the ids that the page has given them. */
  readonly #calls = new Map<number, AbortController>();
  /** The functions that end what calls have begun, such as listening to events. */
  readonly #kept = new Map<number, () => void>();

  constructor(serving: Promise<Serving>) {
    this.#serving = serving;
  }

  get lifetime(): Lifetime {
    return this.#lifetime;
  }

  /** Ends all calls, streams and listeners of the page. */
  end(): void {
    if (this.#lifetime.ending) return;
    const gone = new DOMException('The page that made this call is gone', 'AbortError');
    this.#lifetime.end(gone);
    for (const controller of this.#calls.values()) controller.abort(gone);
    for (const id of this.#kept.keys()) this.#release(id);
  }

  readonly served: Served = Object.freeze({
    facts: () => this.#serving.then(({ facts }) => facts).catch((error: unknown) => ({ error: sendError(error) })),
    call: (name, args, id) => this.#call(name, args, id),
    abort: (id, reason) => this.#calls.get(id)?.abort(receiveError(reason)),
    release: (id) => this.#release(id),
    end: () => this.end(),
  } satisfies Served);

  async #call(name: string, args: readonly Carried[], id: number | undefined): Promise<Outcome> {
    const controller = new AbortController();
    if (id !== undefined) this.#calls.set(id, controller);
    const call = new OpenLifetime();
    const forget = this.#lifetime.onEnd((reason) => call.end(reason));
    try {
      const { methods } = await this.#serving;
      const method = methods.get(name);
      const received = args.map((arg) => receive(arg, call)) as never[];
      if (!method) throw new TypeError(`The registry in the worker has no method '${name}'`);
      const value = await method({ signal: controller.signal, keep: (end) => this.#keep(id, end) }, ...received);
      const sender = new Sender(this.#lifetime);
      return transfer({ ok: true, value: sender.carry(value, `The result of ${name}`) }, sender.transfer);
    } catch (error) {
      return { ok: false, error: sendError(error) };
    } finally {
      if (id !== undefined) this.#calls.delete(id);
      forget();
      // A refusal may come before the streams have been read to their ends.
      call.end(new DOMException('The call that reads this stream is over', 'AbortError'));
    }
  }

  #keep(id: number | undefined, end: () => void): void {
    if (id === undefined || this.#lifetime.ending) end();
    else this.#kept.set(id, end);
  }

  #release(id: number): void {
    const end = this.#kept.get(id);
    this.#kept.delete(id);
    end?.();
  }
}
