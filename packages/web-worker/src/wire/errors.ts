import { type FailureOptions, type Loss, lossOf, markLoss, type OciCode, RegistryError } from '@coracle/core';
import { ImageTarError, type ImageTarErrorCode } from '@coracle/image-tar';

/** The error classes of JavaScript itself that keep their class on the way to the other thread. */
const builtIn = { Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError };

interface ErrorText {
  readonly message: string;
  readonly stack: string | undefined;
  readonly cause: SentError | undefined;
}

interface SentRegistryError extends ErrorText, Required<Omit<FailureOptions, 'cause'>> {
  readonly kind: 'registry';
  readonly name: string;
  readonly ociCode: OciCode;
}

interface SentImageTarError extends ErrorText {
  readonly kind: 'image-tar';
  readonly code: ImageTarErrorCode;
}

interface SentDomException extends ErrorText {
  readonly kind: 'dom';
  readonly name: string;
}

interface SentPlainError extends ErrorText {
  readonly kind: 'error';
  readonly type: keyof typeof builtIn;
  readonly name: string;
  /** The other members of the error, such as `code`. */
  readonly members: Readonly<Record<string, unknown>>;
  /** The message that is lost, if `networkError` made the error. */
  readonly loss: Loss | undefined;
}

/**
 * An error in the form in which it is sent to another thread. Structured cloning alone loses the class and the members
 * of an error.
 */
export type SentError =
  | SentRegistryError
  | SentImageTarError
  | SentDomException
  | SentPlainError
  | { readonly kind: 'value'; readonly value: unknown };

/** The length of a chain of causes that is sent. A chain may be a circle. */
const mostCauses = 16;

/** Converts an error, or any other value that was thrown, to the form in which it is sent. */
export const sendError = (error: unknown): SentError => convert(error, mostCauses);

function convert(error: unknown, causes: number): SentError {
  try {
    return convertReadable(error, causes);
  } catch {
    // A member of the error is a getter that throws, or the error is a revoked Proxy.
    const message = 'An error was thrown whose members cannot be read';
    return { kind: 'error', type: 'Error', name: 'Error', members: {}, loss: undefined, message, ...noStack };
  }
}

const noStack = { stack: undefined, cause: undefined };

function convertReadable(error: unknown, causes: number): SentError {
  if (!(error instanceof Error) && !isDomException(error)) return { kind: 'value', value: cloneable(error) };
  const { name, message, stack, cause } = error as Error;
  const text: ErrorText = {
    message: String(message),
    stack: stack === undefined ? undefined : String(stack),
    cause: cause === undefined || causes === 0 ? undefined : convert(cause, causes - 1),
  };
  if (RegistryError.is(error)) {
    const { ociCode, members, fault, retryable } = error;
    return { kind: 'registry', name, ociCode, members, fault, retryable, ...text };
  }
  if (isImageTarError(error)) return { kind: 'image-tar', code: error.code, ...text };
  if (isDomException(error)) return { kind: 'dom', name, ...text };
  const members = allCloneable(error, ['cause', 'message', 'stack']);
  return { kind: 'error', type: typeOf(error), name: String(name), members, loss: lossOf(error), ...text };
}

/** Creates the error that was sent, with its class and its members. */
export function receiveError(sent: SentError): unknown {
  if (sent.kind === 'value') return sent.value;
  const { message, stack, cause: sentCause } = sent;
  const cause = sentCause && receiveError(sentCause);
  const error = create(sent, message, cause);
  // The place in the other thread is more useful than the place of this function.
  if (stack !== undefined && sent.kind !== 'dom') Object.defineProperty(error, 'stack', { value: stack });
  return error;
}

function create(sent: Exclude<SentError, { kind: 'value' }>, message: string, cause: unknown): Error {
  const options = cause === undefined ? undefined : { cause };
  switch (sent.kind) {
    case 'registry': {
      const { name, ociCode, members, fault, retryable } = sent;
      return new RegistryError(name, message, ociCode, { members, fault, retryable, cause });
    }
    case 'image-tar':
      return new ImageTarError(sent.code, message, options);
    case 'dom':
      return new DOMException(message, sent.name);
    case 'error': {
      const error = Object.assign(new builtIn[sent.type](message, options), sent.members);
      if (error.name !== sent.name) Object.defineProperty(error, 'name', { value: sent.name, configurable: true });
      return sent.loss ? markLoss(error, sent.loss) : error;
    }
  }
}

// In Node, a DOMException is an Error too. In some browsers it is not.
const isDomException = (error: unknown): error is DOMException =>
  typeof DOMException === 'function' && error instanceof DOMException;

// The error may come from another copy of the class, if the worker's bundle has two.
const isImageTarError = (error: Error): error is ImageTarError => error.name === 'ImageTarError' && 'code' in error;

function typeOf(error: Error): keyof typeof builtIn {
  const names = Object.keys(builtIn) as (keyof typeof builtIn)[];
  return names.find((name) => name !== 'Error' && error instanceof builtIn[name]) ?? 'Error';
}

function allCloneable(object: object, except: readonly string[] = []): Record<string, unknown> {
  const members = Object.entries(object).filter(([name]) => !except.includes(name));
  return Object.fromEntries(members.map(([name, value]) => [name, cloneable(value)]));
}

/** Returns the value if another thread can get it, otherwise its text. */
function cloneable(value: unknown): unknown {
  if (typeof value !== 'object' && typeof value !== 'function' && typeof value !== 'symbol') return value;
  try {
    structuredClone(value);
    return value;
  } catch {
    return textOf(value);
  }
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
