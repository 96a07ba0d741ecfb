import { type Loss, markLoss } from '../engine/intercepted.ts';
import { unknownWord } from '../unknown-word.ts';

/**
 * Maps each error code of a failed connection in Node to a system call. Errors of Node name this system call in their
 * member `syscall`.
 */
const systemCalls = {
  EAI_AGAIN: 'getaddrinfo',
  ECONNREFUSED: 'connect',
  ECONNRESET: 'read',
  EHOSTUNREACH: 'connect',
  ENETUNREACH: 'connect',
  ENOTFOUND: 'getaddrinfo',
  EPIPE: 'write',
  ETIMEDOUT: 'connect',
} as const;

/**
 * The name of a failure of a connection. A name such as `ECONNRESET` is the code of a system error of Node. `timeout`
 * means that the client no longer waits for the response. `aborted` means that the response breaks off.
 */
export type NetworkFailure = keyof typeof systemCalls | 'timeout' | 'aborted';

/** The codes of the connection errors that get the name `TimeoutError` from the AWS SDK's own request handler. */
const renamed: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/**
 * Returns the error of a failed connection, for `intercept(operation, { fail: networkError('ECONNRESET') })`. A client
 * of the AWS SDK gets the error that the SDK's own request handler would throw, so the client may retry the call.
 * `registry.fetch` rejects with `TypeError: fetch failed`. The `cause` of this TypeError is the error from
 * `networkError`.
 *
 * The registry does not receive the intercepted call, unless the failure is `aborted`. If the failure is `aborted`, the
 * registry carries the call out, but the client does not get the whole response. `registry.fetch` then returns a
 * Response whose body breaks off.
 * @throws TypeError if `failure` is not one of the values of NetworkFailure
 */
export function networkError(failure: NetworkFailure): Error {
  if (failure === 'aborted') return made('aborted', { code: 'ECONNRESET' }, 'answer');
  if (failure === 'timeout') return made('The request timed out', { name: 'TimeoutError', code: 'ETIMEDOUT' });
  if (!Object.hasOwn(systemCalls, failure)) {
    throw unknownWord('networkError has no failure', String(failure), [
      ...Object.keys(systemCalls),
      'timeout',
      'aborted',
    ]);
  }
  const syscall = systemCalls[failure];
  const name = renamed.includes(failure) ? { name: 'TimeoutError' } : {};
  return made(`${syscall} ${failure}`, { ...name, code: failure, syscall });
}

const made = (message: string, members: object, loss: Loss = 'request'): Error =>
  markLoss(Object.assign(new Error(message), members), loss);
