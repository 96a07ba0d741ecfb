import { isError, markIntercepted } from '../engine/intercepted.ts';
import type { SeenCall } from '../engine/runner.ts';
import { RegistryError } from '../errors.ts';
import { exceptionMembers, exceptions } from '../model/generated/exceptions.ts';
import type { Json } from '../storage/port.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';

/** An AWS exception for a test to throw: its name, its message, and the members that AWS's model gives it. */
export interface ExceptionFacts {
  /** The name of an exception of the operation, or of one of AWS's common errors, such as `ThrottlingException`. */
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
 * The names of the errors that every operation can have: those in "Common Errors" of both services' documentation, and
 * exceptions that the services share.
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
 * The operation whose calls fail, or `*` for all calls, and its service. If the service is undefined, calls of every
 * service fail.
 */
type Concerned = Pick<SeenCall, 'operation'> & { readonly service?: SeenCall['service'] | undefined };

/**
 * Checks the failure that a test wants for the calls of an operation.
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

/** Returns the Error that an intercepted call throws for the failure that a test wants. */
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
