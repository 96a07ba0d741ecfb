import { isError, markIntercepted } from '../engine/intercepted.ts';
import type { SeenCall } from '../engine/runner.ts';
import { RegistryError } from '../errors.ts';
import { exceptionMembers, exceptions } from '../model/generated/exceptions.ts';
import type { Json } from '../storage/port.ts';
import { refuseUnknown, unknownWord } from '../unknown-word.ts';

/** An exception of AWS by its name, with a message of its own and the members that it has in AWS's model. */
export interface ExceptionFacts {
  /** The name of an exception of the operation, or one of AWS's common errors: `ThrottlingException`. */
  readonly name: string;
  /** The message; a sentence that names the exception by default. */
  readonly message?: string;
  /** The exception's own members, such as `lastValidByteReceived` of InvalidLayerPartException. */
  readonly [member: string]: Json | undefined;
}

/** The failure of a call: an Error, which is thrown as it is, or an exception by its name. */
export type CallFailure = Error | ExceptionFacts;

/** The errors that any operation can have ("Common Errors" of both services), and those that the services share. */
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

/** Gives the names of the exceptions that a call can fail with. */
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

/** The calls that are to fail. */
type Concerned = Pick<SeenCall, 'operation'> & { readonly service?: SeenCall['service'] | undefined };

/**
 * Checks a failure.
 * @throws TypeError if it is neither an Error nor an exception that the operation can have
 */
export function checkFailure(failure: unknown, concerned: Concerned): asserts failure is CallFailure {
  if (isError(failure)) return;
  const { name } = (failure ?? {}) as { readonly name?: unknown };
  if (typeof name !== 'string') {
    throw new TypeError(
      `fail must be an Error, { name: 'ThrottlingException' } or a function, not ${JSON.stringify(failure)}`,
    );
  }
  const names = namesOf(concerned);
  const owner = concerned.operation === '*' ? 'AWS' : concerned.operation;
  if (!names.includes(name)) throw unknownWord(`${owner} has no exception`, name, names);
  refuseUnknown(name, failure as object, ['name', 'message', ...(exceptionMembers[name] ?? [])], 'member');
}

/** Makes the error that a call fails with. */
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
