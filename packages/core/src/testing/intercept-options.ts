import { kindOf } from '../domain/text.ts';
import { checkDuration } from '../engine/options.ts';
import type { SeenCall } from '../engine/runner.ts';
import { hasOperation, lacksOperation } from '../model/index.ts';
import type { Service } from '../services/service.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';
import { type CallFailure, checkFailure } from './exceptions.ts';

/**
 * The options of `intercept()`. They choose the calls that are intercepted, and delay or fail them. Without `delay` and
 * `fail`, the calls are only recorded.
 */
export interface InterceptOptions {
  /** The service whose calls are intercepted. By default, calls of every service and of `distribution` are. */
  readonly service?: SeenCall['service'];
  /**
   * A condition for the calls that are intercepted. An object such as `{ repositoryName: 'team/web' }` must be part of
   * the call's input. A function must return true for the call. By default, all calls of the operation are intercepted.
   */
  readonly where?: Readonly<Record<string, unknown>> | ((call: SeenCall) => boolean);
  /**
   * The failure of the call. The registry does not carry the call out, unless `fail` is `networkError('aborted')`. An
   * Error, such as an exception of the SDK or `networkError('ECONNRESET')`, is thrown unchanged. An object `{ name,
   * message }` becomes the AWS exception of that name, and may also have that exception's own members. A function
   * decides for each call. If the function returns undefined, the call does not fail.
   */
  readonly fail?: CallFailure | ((call: SeenCall) => CallFailure | undefined | Promise<CallFailure | undefined>);
  /**
   * The delay of the call: a number of milliseconds, or a promise for which the call waits. A function decides for each
   * call. If the function returns undefined, the call is not delayed.
   */
  readonly delay?: Delay | ((call: SeenCall) => Delay | undefined);
  /** The maximum number of calls that are delayed or failed; unlimited by default. Later calls are only recorded. */
  readonly times?: number;
}

/** The delay of an intercepted call: a number of milliseconds, or a promise for which the call waits. */
export type Delay = number | Promise<unknown>;

/** The services and methods of an engine whose calls can be intercepted. */
export interface Interceptable {
  readonly services: readonly Service[];
  /** The names of the methods of `distribution` that can be intercepted. */
  readonly methods: readonly string[];
}

const names = ['service', 'where', 'fail', 'delay', 'times'] as const satisfies (keyof InterceptOptions)[];

/**
 * Checks the arguments of `intercept()`.
 * @throws TypeError if the operation or the service does not exist, or if an option is invalid
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
        `Coracle does not implement ${operation} of ${lacking.title} yet, so calls of this operation cannot be intercepted`,
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

/**
 * The types that the values in `where` can have, besides objects and arrays. A value `undefined` means that the input
 * does not have the member.
 */
const comparable = new Set(['String', 'Number', 'Boolean', 'Null', 'Undefined', 'Uint8Array']);

/**
 * Checks the values in `where`, which are compared with the inputs of calls.
 * @throws TypeError if a value is of a type that no input has, for example a RegExp
 */
function checkWanted(path: string, wanted: unknown): void {
  const kind = kindOf(wanted);
  if (kind === 'Object' || kind === 'Array') {
    for (const [name, one] of Object.entries(wanted as object)) checkWanted(`${path}.${name}`, one);
  } else if (!comparable.has(kind)) {
    throw new TypeError(
      `${path} must be a string, a number, a boolean, bytes, an array or an object, not ${kind}: for other conditions, pass a function as 'where'`,
    );
  }
}

/** @throws TypeError if the delay is neither a number of milliseconds nor a promise */
export function checkDelay(delay: unknown): asserts delay is Delay {
  if (typeof (delay as Promise<unknown> | null)?.then === 'function') return;
  if (typeof delay === 'number') checkDuration('delay', delay);
  else throw new TypeError(`delay must be a number of milliseconds, a promise or a function, not ${kindOf(delay)}`);
}
