import { kindOf } from '../domain/text.ts';
import { checkDuration } from '../engine/options.ts';
import type { SeenCall } from '../engine/runner.ts';
import { hasOperation, lacksOperation } from '../model/index.ts';
import type { Service } from '../services/service.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';
import { type CallFailure, checkFailure } from './exceptions.ts';

/**
 * The options of `intercept()`. `service` and `where` select the calls to intercept. `delay` and `fail` say how the
 * selected calls are delayed or fail. Without `delay` and `fail`, the selected calls are only recorded.
 */
export interface InterceptOptions {
  /**
   * The service whose calls are intercepted. By default, the calls of all services and of `distribution` are
   * intercepted.
   */
  readonly service?: SeenCall['service'];
  /**
   * A condition that selects the calls to intercept. If the condition is an object such as `{ repositoryName:
   * 'team/web' }`, the input of the call must contain all members of this object. If the condition is a function, it
   * must return true for the call. By default, all calls of the operation are intercepted.
   */
  readonly where?: Readonly<Record<string, unknown>> | ((call: SeenCall) => boolean);
  /**
   * The failure of the call. The registry does not carry the call out, unless `fail` is `networkError('aborted')`.
   *
   * If `fail` is an Error, such as an exception of the AWS SDK or `networkError('ECONNRESET')`, the call throws this
   * Error unchanged. If `fail` is an object such as `{ name, message }`, the call throws the AWS exception with this
   * name. The object may also contain the exception's own members. If `fail` is a function, it is called for each call
   * and returns the failure, or undefined if the call must not fail.
   */
  readonly fail?: CallFailure | ((call: SeenCall) => CallFailure | undefined | Promise<CallFailure | undefined>);
  /**
   * The delay of the call: a number of milliseconds, or a promise that the call waits for. If `delay` is a function, it
   * is called for each call and returns the delay, or undefined if the call must not be delayed.
   */
  readonly delay?: Delay | ((call: SeenCall) => Delay | undefined);
  /** The maximum number of calls that are delayed or failed; unlimited by default. Later calls are only recorded. */
  readonly times?: number;
}

/** The delay of an intercepted call: a number of milliseconds, or a promise that the call waits for. */
export type Delay = number | Promise<unknown>;

/** The services of an engine and the methods of its `distribution`, as far as their calls can be intercepted. */
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
 * The names of the types that a value in the option `where` of `intercept()` can have. Objects and arrays are allowed
 * too. The value `undefined` means that the input of a call must not have the member.
 */
const comparable = new Set(['String', 'Number', 'Boolean', 'Null', 'Undefined', 'Uint8Array']);

/**
 * Checks a value in the option `where` of `intercept()`. The value is later compared with the inputs of calls. `path`
 * is the name of the value in the error's message.
 * @throws TypeError if the value is of a type that no input has, for example a RegExp
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

/**
 * Checks the delay of an intercepted call.
 * @throws TypeError if the delay is neither a number of milliseconds nor a promise
 */
export function checkDelay(delay: unknown): asserts delay is Delay {
  if (typeof (delay as Promise<unknown> | null)?.then === 'function') return;
  if (typeof delay === 'number') checkDuration('delay', delay);
  else throw new TypeError(`delay must be a number of milliseconds, a promise or a function, not ${kindOf(delay)}`);
}
