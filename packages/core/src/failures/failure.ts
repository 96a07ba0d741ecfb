import type { Json } from '../storage/port.ts';

/**
 * The error codes of the OCI distribution specification, and the codes TAG_INVALID and UNKNOWN, which many registries
 * use as well.
 */
export type OciCode =
  | 'BLOB_UNKNOWN'
  | 'BLOB_UPLOAD_INVALID'
  | 'BLOB_UPLOAD_UNKNOWN'
  | 'DENIED'
  | 'DIGEST_INVALID'
  | 'MANIFEST_BLOB_UNKNOWN'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_UNKNOWN'
  | 'NAME_INVALID'
  | 'NAME_UNKNOWN'
  | 'SIZE_INVALID'
  | 'TAG_INVALID'
  | 'TOOMANYREQUESTS'
  | 'UNAUTHORIZED'
  | 'UNKNOWN'
  | 'UNSUPPORTED';

/** The optional details of a `RegistryError`, besides its name, its message and its error code. */
export interface FailureOptions {
  readonly members?: Readonly<Record<string, Json>>;
  /** Whether the caller (`client`) or the registry (`server`) caused the error; `client` by default. */
  readonly fault?: 'client' | 'server';
  /** Whether the same call is likely to succeed in a moment; false by default. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/**
 * The key of the property by which `RegistryError.is` recognizes a RegistryError. If a program loads several copies of
 * the class, all copies use the same symbol.
 */
const mark = Symbol.for('@coracle/registry:RegistryError');

/**
 * The error that a registry throws if it refuses a call, or if a call fails. `name` is the name of the AWS exception,
 * as in the AWS SDK. `members` are the members of the exception besides the message, for example
 * `lastValidByteReceived`. `ociCode` is the error code of the OCI distribution specification for the same error.
 */
export class RegistryError extends Error {
  override readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
  readonly ociCode: OciCode;
  /**
   * `client` if the call is wrong, so that the registry would refuse the same call again. `server` if the registry
   * caused the error, so that the same call may succeed later.
   */
  readonly fault: 'client' | 'server';
  /**
   * Whether the same call is likely to succeed in a moment. This is true if the registry was busy, or if the storage
   * did not return all stored data yet.
   */
  readonly retryable: boolean;

  /**
   * Returns whether an error is a RegistryError, even if the error comes from another copy of this class. A program
   * that loads Coracle both by `import` and by `require` has two copies of the class, and `instanceof` fails for an
   * error of the other copy.
   */
  static is(error: unknown): error is RegistryError {
    return typeof error === 'object' && error !== null && mark in error;
  }

  constructor(name: string, message: string, ociCode: OciCode, options: FailureOptions = {}) {
    const { members = {}, fault = 'client', retryable = false, cause } = options;
    super(message, cause === undefined ? undefined : { cause });
    this.name = name;
    this.members = members;
    this.ociCode = ociCode;
    this.fault = fault;
    this.retryable = retryable;
    Object.defineProperty(this, mark, { value: true });
  }
}

/** The name of a repository for error texts. `registryId` is the account id, or the alias that the caller wrote. */
export interface RepositoryName {
  readonly registryId: string;
  readonly repositoryName: string;
}

type Text<Facts> = (facts: Facts) => string;

/**
 * Returns a function that makes one kind of error, for example `imageNotFound`. The returned function takes the values
 * for the error text, and returns a RegistryError.
 *
 * The comment `@__NO_SIDE_EFFECTS__` lets a bundler leave out the errors that a program does not use.
 */
// @__NO_SIDE_EFFECTS__
export function failure<Facts>(
  name: string,
  ociCode: OciCode,
  text: Text<Facts>,
  members?: (facts: Facts) => Record<string, Json>,
): (facts: Facts) => RegistryError {
  return (facts) => new RegistryError(name, text(facts), ociCode, members ? { members: members(facts) } : {});
}

export const inRegistry = (r: RepositoryName) =>
  `repository with name '${r.repositoryName}' in registry with id '${r.registryId}'`;
export const inTheRegistry = (r: RepositoryName) =>
  `repository with name '${r.repositoryName}' in the registry with id '${r.registryId}'`;

export interface ConstraintFacts {
  readonly path: string;
  readonly constraint: string;
}

export const constraintText = (f: ConstraintFacts) =>
  `Invalid parameter at '${f.path}' failed to satisfy constraint: '${f.constraint}'`;
