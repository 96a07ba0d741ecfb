import { type Remote, transfer } from 'comlink';
import { receive, Sender } from '../wire/carried.ts';
import { receiveError, sendError } from '../wire/errors.ts';
import type { Outcome, Served } from '../wire/served.ts';
import { unlessAborted } from './unless-aborted.ts';

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
  readonly #lost: AbortSignal;
  #lastId = 0;

  /** @param lost aborts if the worker or the connection has ended */
  constructor(served: Remote<Served>, lost: AbortSignal) {
    this.#served = served;
    this.#lost = lost;
  }

  nextId(): number {
    return ++this.#lastId;
  }

  /** Ends what the call with this id has begun. */
  release(id: number): void {
    if (!this.#lost.aborted) void this.#served.release(id);
  }

  /**
   * Calls a method with arguments that may be or contain streams, Blobs and ports.
   * @throws the error of the method, or the reason of the signal, or an Error if the worker has ended
   */
  async call<T>(name: string, args: readonly unknown[], { signal, id }: CallSettings = {}): Promise<T> {
    this.#lost.throwIfAborted();
    signal?.throwIfAborted();
    const streams = signal ? AbortSignal.any([this.#lost, signal]) : this.#lost;
    const sender = new Sender(streams);
    const carried = args.map((arg) => sender.carry(arg, `An argument of ${name}`));
    const callId = id ?? (signal ? this.nextId() : undefined);
    const outcome = this.#served.call(name, transfer(carried, sender.transfer), callId) as Promise<Outcome>;
    const onAbort = () => void (callId !== undefined && this.#served.abort(callId, sendError(signal?.reason)));
    const result = outcome.then((sent) => {
      if (!sent.ok) throw receiveError(sent.error);
      return receive(sent.value, streams) as T;
    });
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await unlessAborted(result, streams);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}
