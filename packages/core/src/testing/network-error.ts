import { type Loss, markLoss } from '../engine/intercepted.ts';
import { unknownWord } from '../unknown-word.ts';

/** The system calls that fail with these codes in Node. */
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
 * A failure of the connection: a code of Node's system errors; `timeout`, if the client gives up waiting; or `aborted`,
 * if the answer breaks off.
 */
export type NetworkFailure = keyof typeof systemCalls | 'timeout' | 'aborted';

/** The codes of errors that the SDK's own request handler renames. */
const renamed: readonly string[] = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'];

/**
 * Makes the error of a connection that fails, for `intercept(operation, { fail: networkError('ECONNRESET') })`. A client
 * of the AWS SDK gets it as from its own request handler, which retries it. `registry.fetch` rejects with `TypeError:
 * fetch failed`, whose `cause` it is.
 *
 * The registry never sees the call. If the failure is `aborted`, the registry carries the call out and only its answer is
 * lost: the body of the Response of `registry.fetch` then breaks off.
 * @throws TypeError if the failure does not exist
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
