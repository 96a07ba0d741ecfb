import { lossOf, markIntercepted } from '../engine/intercepted.ts';
import type { SeenCall } from '../engine/runner.ts';
import { checkFailure, errorOf } from './exceptions.ts';
import {
  checkDelay,
  checkInterception,
  type Delay,
  type Interceptable,
  type InterceptOptions,
} from './intercept-options.ts';

/** An interception that `intercept()` has started. It is active until `stop()` is called. */
export interface Interception {
  /**
   * The calls that have been intercepted so far, oldest first. Each call has its `service`, `operation` and `input`.
   */
  readonly calls: readonly SeenCall[];
  /** Ends the interception. Calls that the interception delays continue at once. */
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

/**
 * The active interceptions of an engine. An interception records, delays or fails calls before the registry carries
 * them out.
 */
export class Interceptions {
  readonly #engine: Interceptable;
  readonly #active = new Set<Active>();

  constructor(engine: Interceptable) {
    this.#engine = engine;
  }

  /**
   * Starts an interception.
   * @throws TypeError if the operation does not exist or an option is invalid
   */
  add(operation: string, options: InterceptOptions): Interception {
    checkInterception(this.#engine, operation, options);
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

  /** Ends all active interceptions. Calls that an interception delays continue at once. */
  stopAll(): void {
    for (const active of [...this.#active]) this.#stop(active);
  }

  get none(): boolean {
    return this.#active.size === 0;
  }

  /**
   * Records a call in each interception that selects the call. Delays or fails the call, if an interception says so.
   * @returns undefined if the call can continue. Returns an error if the registry must carry the call out, but the
   * caller must get this error instead of the response
   * @throws the error of the first interception that fails the call
   */
  async meet(call: SeenCall): Promise<Error | undefined> {
    // An error of a test's own function reaches the test as it is.
    const error = await this.#decide(call).catch(markIntercepted);
    if (error && lossOf(error) !== 'answer') throw error;
    return error;
  }

  async #decide(call: SeenCall): Promise<Error | undefined> {
    const named = [...this.#active].filter(
      ({ operation, options: { service } }) =>
        (operation === '*' || operation === call.operation) && (service === undefined || service === call.service),
    );
    if (named.length === 0) return undefined;
    const seen = { ...call, input: copyOf(call.input) };
    const concerned = named.filter(({ options }) => applies(options, seen));
    for (const active of concerned) active.calls.push(seen);
    for (const active of concerned) {
      if (active.left <= 0 || !this.#active.has(active)) continue;
      // Calls that come meanwhile must not take the same turn.
      active.left--;
      const isDelayed = await hold(active, seen);
      const error = this.#active.has(active) ? await failureOf(active, seen) : undefined;
      if (error) return error;
      if (!isDelayed) active.left++;
    }
    return undefined;
  }
}

function applies({ where }: InterceptOptions, seen: SeenCall): boolean {
  if (typeof where !== 'function') return where === undefined || matches(where, seen.input);
  const answer: unknown = where(seen);
  if (typeof answer === 'boolean') return answer;
  throw new TypeError(`where must return true or false, not ${String(answer)}`);
}

/**
 * Says whether a value in the input of a call matches a wanted value. An object matches if it matches in all members
 * that the wanted object has. Arrays and bytes must also have the same length as the wanted value. Any other value must
 * be equal to the wanted value.
 */
function matches(wanted: unknown, value: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(wanted, value);
  if (typeof value !== 'object' || value === null) return false;
  if ('length' in wanted && wanted.length !== (value as { readonly length?: unknown }).length) return false;
  return Object.entries(wanted).every(([name, one]) =>
    matches(one, (value as Readonly<Record<string, unknown>>)[name]),
  );
}

/**
 * Waits as long as an interception delays a call. Returns true if the interception has delayed the call. Returns false
 * if the interception has no delay for the call.
 */
async function hold({ options: { delay }, stopped }: Active, seen: SeenCall): Promise<boolean> {
  const asked = typeof delay === 'function' ? delay(seen) : delay;
  if (asked === undefined) return false;
  checkDelay(asked);
  await Promise.race([settled(asked), stopped]);
  return true;
}

const settled = async (delay: Delay): Promise<void> => {
  if (typeof delay === 'number') await new Promise((resolve) => setTimeout(resolve, delay));
  else await delay.then(undefined, () => undefined);
};

async function failureOf({ options: { fail } }: Active, seen: SeenCall): Promise<Error | undefined> {
  if (typeof fail !== 'function') return fail && errorOf(fail);
  const failure = await fail(seen);
  if (failure === undefined) return undefined;
  checkFailure(failure, seen);
  return errorOf(failure);
}

/**
 * Copies the input of a call, so that later changes by the caller do not change the recorded call. If the input
 * contains a value that cannot be copied, such as a stream, only the outermost object is copied. The values in the copy
 * are then shared with the caller.
 */
function copyOf(input: unknown): unknown {
  try {
    return structuredClone(input);
  } catch {
    return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : input;
  }
}
