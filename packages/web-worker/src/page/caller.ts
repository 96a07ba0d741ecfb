import { type Remote, transfer } from 'comlink';
import { receive, Sender } from '../wire/carried.ts';
import { receiveError, sendError } from '../wire/errors.ts';
import { type Lifetime, OpenLifetime, unlessAbortedBy } from '../wire/lifetime.ts';
import type { Facts, FailedStart, Outcome, Served } from '../wire/served.ts';

/** The options of a call to the worker. */
export interface CallSettings {
  /** Aborts the call: the promise rejects with the reason of the signal, and the worker ends its work. */
  readonly signal?: AbortSignal | null | undefined;
  /** An id from `Caller.nextId`, if the call begins something that `Caller.release` ends. */
  readonly id?: number | undefined;
}

/** Calls the methods of the registry in the worker. */
export class Caller {
  readonly #served: Remote<Served>;
  readonly #call: Remote<Served>['call'];
  readonly #connection = new OpenLifetime();
  #lastId = 0;

  constructor(served: Remote<Served>) {
    this.#served = served;
    // Comlink makes a Proxy for each access to a member.
    this.#call = served.call;
  }

  /** Ends when the worker or the connection has ended. */
  get connection(): Lifetime {
    return this.#connection;
  }

  /**
   * Waits until the worker has its registry, and returns the facts about it.
   * @throws the error because of which the worker has no registry
   */
  async facts(signal: AbortSignal | undefined): Promise<Facts> {
    const facts = await before(this.#lifetime(signal), this.#served.facts() as Promise<Facts | FailedStart>);
    if ('error' in facts) throw receiveError(facts.error);
    return facts;
  }

  /** Tells the worker that the page will not make more calls. */
  close(): void {
    if (!this.#connection.ending) void this.#served.end();
  }

  /** Ends the connection: calls in progress and later calls reject with the reason. */
  lose(reason: unknown): void {
    this.#connection.end(reason);
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** Ends what the call with this id has begun. */
  release(id: number): void {
    if (!this.#connection.ending) void this.#served.release(id);
  }

  /**
   * Calls a method with arguments that may be or contain streams, Blobs and ports.
   * @throws the error of the method, or the reason of the signal, or an Error if the worker has ended
   */
  async call<T>(name: string, args: readonly unknown[], { signal, id }: CallSettings = {}): Promise<T> {
    const lifetime = this.#lifetime(signal);
    if (lifetime.ending) throw lifetime.ending.reason;
    const callId = id ?? (signal ? this.nextId() : undefined);
    const result = this.#send(name, args, { lifetime, id: callId }).then((sent) => {
      if (!sent.ok) throw receiveError(sent.error);
      // If the call has been aborted, this cancels the streams of the result.
      return receive(sent.value, lifetime) as T;
    });
    return before(lifetime, result, (reason) => {
      if (callId !== undefined && !this.#connection.ending) void this.#served.abort(callId, sendError(reason));
    });
  }

  #lifetime(signal: AbortSignal | null | undefined): Lifetime {
    return signal ? unlessAbortedBy(this.#connection, signal) : this.#connection;
  }

  async #send(
    name: string,
    args: readonly unknown[],
    { lifetime, id }: { readonly lifetime: Lifetime; readonly id: number | undefined },
  ): Promise<Outcome> {
    const sender = new Sender(lifetime);
    try {
      const carried = args.map((arg) => sender.carry(arg, `An argument of ${name}`));
      return await this.#call(name, transfer(carried, sender.transfer), id);
    } catch (error) {
      sender.discard(error);
      if (!(error instanceof DOMException)) throw error;
      throw new TypeError(`An argument of ${name} cannot be sent to the worker: ${error.message}`, { cause: error });
    }
  }
}

/** Waits for a result. If the lifetime ends before, calls `onEnd` and rejects with the reason. */
function before<T>(lifetime: Lifetime, result: Promise<T>, onEnd: (reason: unknown) => void = () => {}): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const fail = (reason: unknown) => {
      onEnd(reason);
      reject(reason);
    };
    const forget = lifetime.onEnd(fail);
    result.then(resolve, reject).finally(forget);
    if (lifetime.ending) fail(lifetime.ending.reason);
  });
}
