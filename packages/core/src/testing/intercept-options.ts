import { kindOf } from '../domain/text.ts';
import { checkDuration } from '../engine/options.ts';
import type { SeenCall } from '../engine/runner.ts';
import { hasOperation, lacksOperation } from '../model/index.ts';
import type { Service } from '../services/service.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';
import { type CallFailure, checkFailure } from './exceptions.ts';

/** The options of an interception, which delay or fail the calls that it sees. Without them, it only sees calls. */
export interface InterceptOptions {
  /** The service whose calls are seen. By default, calls of every service and of `distribution` are seen. */
  readonly service?: SeenCall['service'];
  /**
   * The calls that are seen, by their input: `{ repositoryName: 'team/web' }` sees those whose input has these members,
   * and a function those for which it returns true. By default, all are seen.
   */
  readonly where?: Readonly<Record<string, unknown>> | ((call: SeenCall) => boolean);
  /**
   * The failure of the call, which changes nothing. An Error is thrown as it is: an exception of the SDK, or
   * `networkError('ECONNRESET')`. `{ name, message }` makes an exception of that name, with the members that AWS's
   * exception has. A function decides for each call. If it returns undefined, the call goes on.
   */
  readonly fail?: CallFailure | ((call: SeenCall) => CallFailure | undefined | Promise<CallFailure | undefined>);
  /**
   * The delay of the call: a number of milliseconds, or a promise to wait for. A function decides for each call. If
   * it returns undefined, the call is not delayed.
   */
  readonly delay?: Delay | ((call: SeenCall) => Delay | undefined);
  /** The maximum number of calls that are delayed or failed; unlimited by default. Later calls are still seen. */
  readonly times?: number;
}

/** Milliseconds, or a promise to wait for. */
export type Delay = number | Promise<unknown>;

/** The parts of an engine whose calls can be seen. */
export interface Interceptable {
  readonly services: readonly Service[];
  /** The methods of `distribution` that are shown to interceptions. */
  readonly methods: readonly string[];
}

const names = ['service', 'where', 'fail', 'delay', 'times'] as const satisfies (keyof InterceptOptions)[];

/**
 * Checks an interception.
 * @throws TypeError if its operation or its service does not exist, or one of its options is invalid
 */
export function checkInterception(
  { services, methods }: Interceptable,
  operation: string,
  options: InterceptOptions,
): void {
  refuseUnknown('intercept', options, names);
  const { service, where, fail, delay, times } = options;
  const known: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(services.map(({ name, inputs }) => [name, Object.keys(inputs)])),
    distribution: methods,
  };
  if (service !== undefined && !Object.hasOwn(known, service)) {
    throw unknownWord('intercept: this registry has no service', String(service), Object.keys(known));
  }
  const concerned = services.filter(({ name }) => service === undefined || service === name);
  const operations = service === undefined ? Object.values(known).flat() : (known[service] ?? []);
  if (operation !== '*' && !operations.includes(operation)) {
    const lacking = concerned.find((one) => lacksOperation(one, operation));
    if (lacking)
      throw new TypeError(
        `Coracle does not implement ${operation} of ${lacking.title} yet, so no call of it can be intercepted`,
      );
    throw unknownWord(`intercept: ${service ?? 'this registry'} has no operation`, String(operation), [
      ...new Set(operations),
      '*',
    ]);
  }
  if (where !== undefined && typeof where !== 'function') {
    if (kindOf(where) !== 'Object') throw new TypeError(`where must be an object or a function, not ${kindOf(where)}`);
    const shapes = concerned.filter((one) => hasOperation(one, operation)).map(({ inputs }) => inputs[operation]);
    const members = [...new Set(shapes.flatMap((shape) => shape?.members.map(([name]) => name) ?? []))];
    // The methods of `distribution` have no model of their inputs, and all calls together have no common one.
    if (members.length > 0) refuseUnknown(`The input of ${operation}`, where, members, 'member');
    checkWanted('where', where);
  }
  if (fail !== undefined && typeof fail !== 'function') checkFailure(fail, { service, operation });
  if (delay !== undefined && typeof delay !== 'function') checkDelay(delay);
  if (times === undefined) return;
  if (!(Number.isInteger(times) && times >= 0) && times !== Number.POSITIVE_INFINITY) {
    throw new TypeError(`times must be a whole number of calls from 0 on, not ${String(times)}`);
  }
  if (fail === undefined && delay === undefined) {
    throw new TypeError('times limits the calls that are delayed or failed: pass fail or delay together with it');
  }
}

/** The kinds of values that inputs have. `undefined` wants a member to be missing. */
const comparable = new Set(['String', 'Number', 'Boolean', 'Null', 'Undefined', 'Uint8Array']);

/**
 * Checks the values that an input is compared with.
 * @throws TypeError if no input can have such a value, a RegExp for example
 */
function checkWanted(path: string, wanted: unknown): void {
  const kind = kindOf(wanted);
  if (kind === 'Object' || kind === 'Array') {
    for (const [name, one] of Object.entries(wanted as object)) checkWanted(`${path}.${name}`, one);
  } else if (!comparable.has(kind)) {
    throw new TypeError(
      `${path} must be a string, a number, a boolean, bytes, an array or an object, not ${kind}: for other conditions, pass a function as where`,
    );
  }
}

/** @throws TypeError if it is neither a number of milliseconds nor a promise */
export function checkDelay(delay: unknown): asserts delay is Delay {
  if (typeof (delay as Promise<unknown> | null)?.then === 'function') return;
  if (typeof delay === 'number') checkDuration('delay', delay);
  else throw new TypeError(`delay must be a number of milliseconds, a promise or a function, not ${kindOf(delay)}`);
}
