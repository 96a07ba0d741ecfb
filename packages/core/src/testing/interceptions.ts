import { markIntercepted } from '../engine/intercepted.ts';
import { checkDuration } from '../engine/options.ts';
import type { SeenCall } from '../engine/runner.ts';
import { RegistryError } from '../errors.ts';

/** The options of an interception, which delay or fail the calls that it sees. Without them, it only sees calls. */
export interface InterceptOptions {
  /** Only calls of this service are seen. */
  readonly service?: SeenCall['service'];
  /**
   * The call fails with this and changes nothing. An Error is thrown as it is: an exception of the SDK, or a network
   * error such as `Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })`. `{ name, message }` makes an
   * exception of that name.
   */
  readonly fail?: Error | { readonly name: string; readonly message?: string };
  /** The call waits for so many milliseconds, or until the promise is settled. */
  readonly delay?: number | Promise<unknown>;
  /** The number of calls that are delayed or failed; later calls are still seen. */
  readonly times?: number;
}

/** An active interception. */
export interface Interception {
  /** The calls seen so far, oldest first. */
  readonly calls: readonly SeenCall[];
  /** Ends it. Calls that it holds back go on. */
  stop(): void;
}

interface Active {
  readonly operation: string;
  readonly options: InterceptOptions;
  readonly calls: SeenCall[];
  readonly stopped: Promise<void>;
  readonly letGo: () => void;
  left: number;
}

/** Sees, delays and fails calls on their way to the registry. */
export class Interceptions {
  readonly #active = new Set<Active>();

  add(operation: string, options: InterceptOptions): Interception {
    checkOptions(options);
    let letGo = () => {};
    const stopped = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const left = options.times ?? Number.POSITIVE_INFINITY;
    const active: Active = { operation, options, calls: [], stopped, letGo, left };
    this.#active.add(active);
    return { calls: active.calls, stop: () => this.#stop(active) };
  }

  #stop(active: Active): void {
    this.#active.delete(active);
    active.letGo();
  }

  /** Ends all of them. */
  stopAll(): void {
    for (const active of [...this.#active]) this.#stop(active);
  }

  get none(): boolean {
    return this.#active.size === 0;
  }

  /**
   * Shows a call to every interception that applies to it.
   * @throws the error of the first interception that fails it
   */
  async meet(call: SeenCall): Promise<void> {
    const concerned = [...this.#active].filter(
      ({ operation, options }) =>
        (operation === '*' || operation === call.operation) &&
        (options.service === undefined || options.service === call.service),
    );
    if (concerned.length > 0) {
      const seen = { ...call, input: copyOf(call.input) };
      for (const active of concerned) active.calls.push(seen);
    }
    for (const active of concerned) {
      if (active.left <= 0 || !this.#active.has(active)) continue;
      active.left--;
      const { delay, fail } = active.options;
      if (delay !== undefined) await Promise.race([settled(delay), active.stopped]);
      if (fail && this.#active.has(active)) throw fail instanceof Error ? markIntercepted(fail) : failureOf(fail);
    }
  }
}

/** Copies plain data with its bytes. Streams and other values that cannot be copied stay the caller's own. */
function copyOf(input: unknown): unknown {
  try {
    return structuredClone(input);
  } catch {
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : input;
  }
}

function checkOptions({ delay, times }: InterceptOptions): void {
  if (typeof delay === 'number') checkDuration('delay', delay);
  if (times !== undefined && !(typeof times === 'number' && times >= 0)) {
    throw new TypeError(`times must be a number of calls from 0 on, not ${String(times)}`);
  }
}

const settled = async (delay: number | Promise<unknown>): Promise<void> => {
  if (typeof delay === 'number') await new Promise((resolve) => setTimeout(resolve, delay));
  else await delay.catch(() => undefined);
};

const serverSide = /^(?:ServerException|InternalFailure|ServiceUnavailable)/;

function failureOf({ name, message }: { readonly name: string; readonly message?: string }): RegistryError {
  const throttled = /Throttling|TooManyRequests/.test(name);
  const server = serverSide.test(name);
  return new RegistryError(
    name,
    message ?? (throttled ? 'Rate exceeded' : `${name}, as the test asked for`),
    throttled ? 'TOOMANYREQUESTS' : 'UNKNOWN',
    { fault: server ? 'server' : 'client' },
  );
}
