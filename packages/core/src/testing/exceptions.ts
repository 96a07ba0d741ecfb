import { isError, markIntercepted } from '../engine/intercepted.ts';
import type { SeenCall } from '../engine/runner.ts';
import { RegistryError } from '../errors.ts';
import { exceptionMembers, exceptions } from '../model/generated/exceptions.ts';
import type { Json } from '../storage/port.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';

/**
 * An AWS exception that an intercepted call throws in a test: the name and the message of the exception, and the other
 * members that the exception has in the AWS model.
 */
export interface ExceptionFacts {
  /**
   * The name of the exception, such as `ThrottlingException`. The exception must be one that the intercepted operation
   * can throw, or a common error of AWS.
   */
  readonly name: string;
  /**
   * The message of the exception. The default is `Rate exceeded` for a throttling exception, and a sentence with the
   * exception's name for any other exception.
   */
  readonly message?: string;
  /** The other members of the exception, such as `lastValidByteReceived` of InvalidLayerPartException. */
  readonly [member: string]: Json | undefined;
}

/**
 * The failure of an intercepted call: an Error, which the call throws unchanged, or the name and the members of an AWS
 * exception.
 */
export type CallFailure = Error | ExceptionFacts;

/**
 * The names of the errors that every operation can have: the errors that are common to all operations (API references
 * of Amazon ECR and Amazon ECR Public, "Common Errors"), and the exceptions that both services have.
 */
const common = [
  'AccessDeniedException',
  'ExpiredTokenException',
  'IncompleteSignature',
  'IncompleteSignatureException',
  'InternalFailure',
  'InvalidClientTokenId',
  'InvalidParameterException',
  'InvalidSignatureException',
  'MalformedHttpRequestException',
  'MissingAuthenticationTokenException',
  'NotAuthorized',
  'OptInRequired',
  'RequestAbortedException',
  'RequestEntityTooLargeException',
  'RequestExpired',
  'RequestLimitExceeded',
  'RequestTimeoutException',
  'SerializationException',
  'ServerException',
  'ServiceUnavailable',
  'ThrottlingException',
  'TooManyRequestsException',
  'UnknownOperationException',
  'UnrecognizedClientException',
  'ValidationError',
  'ValidationException',
];

/** Returns the names of the exceptions that calls of an operation can fail with. */
function namesOf({ service, operation }: Concerned): string[] {
  const tables = Object.entries(exceptions).flatMap(([name, table]) =>
    service === undefined || service === 'distribution' || service === name ? [table] : [],
  );
  const rows = tables.flatMap((table) => table[operation] ?? []);
  // A method of `distribution` can have those of every operation, and so can all calls together.
  const declared =
    rows.length > 0 || isOperation(operation) ? rows : tables.flatMap((table) => Object.values(table).flat());
  return [...new Set(declared.map((name) => `${name}Exception`)), ...common];
}

const isOperation = (name: string): boolean => Object.values(exceptions).some((table) => Object.hasOwn(table, name));

/**
 * The calls that a failure is for. `operation` is the name of an operation, or `*` for all operations. If `service` is
 * undefined, the calls of every service fail.
 */
type Concerned = Pick<SeenCall, 'operation'> & { readonly service?: SeenCall['service'] | undefined };

/**
 * Checks the failure that a test passes to `intercept()` for the calls of an operation.
 * @throws TypeError if the failure is neither an Error nor an exception that the operation can have
 */
export function checkFailure(failure: unknown, concerned: Concerned): asserts failure is CallFailure {
  if (isError(failure)) return;
  const { name } = (failure ?? {}) as { readonly name?: unknown };
  if (typeof name !== 'string') {
    throw new TypeError(
      `fail must be an Error, an object such as { name: 'ThrottlingException' } or a function, not ${JSON.stringify(failure)}`,
    );
  }
  const names = namesOf(concerned);
  const owner = concerned.operation === '*' ? 'AWS' : concerned.operation;
  if (!names.includes(name)) throw unknownWord(`${owner} has no exception`, name, names);
  refuseUnknown(name, failure as object, ['name', 'message', ...(exceptionMembers[name] ?? [])], 'member');
}

/**
 * Returns the Error that an intercepted call throws. If `failure` is an Error, returns this Error. Otherwise returns an
 * Error for the AWS exception that `failure` describes.
 */
export function errorOf(failure: CallFailure): Error {
  if (isError(failure)) return markIntercepted(failure);
  const { name, message, ...given } = failure;
  const isThrottled = /Throttling|TooManyRequests|LimitExceeded$/.test(name);
  const isUnavailable = name === 'ServiceUnavailable';
  const isOfServer = isUnavailable || name === 'ServerException' || name === 'InternalFailure';
  const members = Object.entries(given).filter((entry): entry is [string, Json] => entry[1] !== undefined);
  return new RegistryError(
    name,
    message ?? (isThrottled ? 'Rate exceeded' : `${name}, as the test asked for`),
    isThrottled ? 'TOOMANYREQUESTS' : 'UNKNOWN',
    {
      members: Object.fromEntries(members),
      fault: isOfServer ? 'server' : 'client',
      retryable: isUnavailable,
    },
  );
}
