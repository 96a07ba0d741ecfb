import type { Json } from '../storage/port.ts';

/** The error codes of the OCI distribution specification, and the two that registries add to it. */
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

/** The details of a failure besides its name, its text and its code. */
export interface FailureOptions {
  readonly members?: Readonly<Record<string, Json>>;
  /** `client` by default. */
  readonly fault?: 'client' | 'server';
  /** False by default. */
  readonly retryable?: boolean;
  readonly cause?: unknown;
}

/** All copies of the class share it. */
const mark = Symbol.for('@coracle/registry:RegistryError');

/**
 * The reason why a registry refuses a call. `name` is the AWS exception's name, as the SDK gives it. `members` are the
 * exception's own members besides the message (`lastValidByteReceived`, for example). `ociCode` is the error code of
 * the same failure in the OCI distribution specification.
 */
export class RegistryError extends Error {
  override readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
  readonly ociCode: OciCode;
  /** `server` if the call may be right and can be retried; `client` if it would be refused again. */
  readonly fault: 'client' | 'server';
  /** Whether the same call is likely to succeed in a moment: something was busy, or cannot be seen yet. */
  readonly retryable: boolean;

  /**
   * Says whether an error is a RegistryError, even if it is from another copy of this class. `instanceof` fails if a
   * program loads Coracle both by `import` and by `require`, because each of them has a class of its own.
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

/** A repository as error texts name it: `registryId` is the account, or the alias that the caller wrote. */
export interface RepositoryName {
  readonly registryId: string;
  readonly repositoryName: string;
}

type Text<Facts> = (facts: Facts) => string;

/**
 * Makes a row of the table: a function that makes a failure of the facts about it.
 *
 * The mark lets a bundler leave out the rows that a program does not use.
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
