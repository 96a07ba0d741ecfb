import { type Loss, markLoss } from '../engine/intercepted.ts';
import { unknownWord } from '../unknown-word.ts';

/** The error codes of Node's failed connections, with the system call that Node names in the error's `syscall`. */
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
 * The failure of a connection: a code of Node's system errors such as `ECONNRESET`, `timeout` if the client no longer
 * waits for the response, or `aborted` if the response breaks off.
 */
export type NetworkFailure = keyof typeof systemCalls | 'timeout' | 'aborted';

/** The codes of errors that the AWS SDK's own request handler renames to `TimeoutError`. */
const renamed: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/**
 * Returns the error of a failed connection, for `intercept(operation, { fail: networkError('ECONNRESET') })`. A client
 * of the AWS SDK gets the error in the form of its own request handler, so it may retry the call. `registry.fetch`
 * rejects with `TypeError: fetch failed`, and the error is the `cause` of that TypeError.
 *
 * The registry does not receive the call. If the failure is `aborted`, the registry carries the call out, and only the
 * response is lost: the body of the Response of `registry.fetch` breaks off.
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
