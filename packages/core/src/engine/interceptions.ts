import { RegistryError } from '../errors.ts';

/** A call that an interception saw. */
export interface SeenCall {
  readonly service: 'ecr-public' | 'ecr' | 'distribution';
  /** As the service names it (`PutImage`); of the distribution protocol, the method's name (`putManifest`). */
  readonly operation: string;
  readonly input: unknown;
}

/** What an interception does to the calls that it sees. Without any of these, it only sees them. */
export interface InterceptOptions {
  /** Only calls of this service. */
  readonly service?: SeenCall['service'];
  /** The call fails with this and changes nothing; `{ name, message }` makes an exception of that name. */
  readonly fail?: Error | { readonly name: string; readonly message?: string };
  /** The call waits: so many milliseconds, or until the promise is settled. */
  readonly delay?: number | Promise<unknown>;
  /** Only the next so many calls are delayed or failed; later ones are still seen. */
  readonly times?: number;
}

/** An interception at work. */
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
  left: number;
}

/** Sees, delays and fails calls on their way to the registry. */
export class Interceptions {
  readonly #active = new Set<Active>();

  add(operation: string, options: InterceptOptions): Interception {
    let letGo = () => {};
    const stopped = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const active: Active = { operation, options, calls: [], stopped, left: options.times ?? Number.POSITIVE_INFINITY };
    this.#active.add(active);
    return {
      calls: active.calls,
      stop: () => {
        this.#active.delete(active);
        letGo();
      },
    };
  }

  get none(): boolean {
    return this.#active.size === 0;
  }

  /** Shows a call to every interception that it concerns; throws what the first failing one says. */
  async meet(call: SeenCall): Promise<void> {
    const concerned = [...this.#active].filter(
      ({ operation, options }) =>
        (operation === '*' || operation === call.operation) &&
        (options.service === undefined || options.service === call.service),
    );
    for (const active of concerned) active.calls.push(call);
    for (const active of concerned) {
      if (active.left <= 0 || !this.#active.has(active)) continue;
      active.left--;
      const { delay, fail } = active.options;
      if (delay !== undefined) await Promise.race([settled(delay), active.stopped]);
      if (fail && this.#active.has(active)) throw fail instanceof Error ? fail : failureOf(fail);
    }
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
    throttled ? { code: 'TOOMANYREQUESTS', status: 429 } : { code: 'UNKNOWN', status: server ? 500 : 400 },
    { fault: server ? 'server' : 'client' },
  );
}
