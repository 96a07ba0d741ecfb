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

/** How a failure shows at `/v2/`. */
export interface OciFace {
  readonly code: OciCode;
  readonly status: number;
}

/**
 * What a registry answers when it refuses. `name` is the AWS exception's name, as the SDK gives it;
 * `members` are the exception's own members beside the message (`lastValidByteReceived`, for one).
 */
export class RegistryError extends Error {
  override readonly name: string;
  readonly members: Readonly<Record<string, Json>>;
  readonly oci: OciFace;
  /** `server`: the call may be right and can be tried again; `client`: it will be refused again. */
  readonly fault: 'client' | 'server';

  constructor(
    name: string,
    message: string,
    oci: OciFace,
    options: { members?: Readonly<Record<string, Json>>; fault?: 'client' | 'server'; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = name;
    this.members = options.members ?? {};
    this.oci = oci;
    this.fault = options.fault ?? 'client';
  }
}

/** A repository as error texts name it: `registryId` is the account, or the alias that the caller wrote. */
export interface RepositoryName {
  readonly registryId: string;
  readonly repositoryName: string;
}

type Text<Facts> = (facts: Facts) => string;

/** A row of the table: what makes a failure of the facts about it. */
export function failure<Facts>(
  name: string,
  code: OciCode,
  status: number,
  text: Text<Facts>,
  members?: (facts: Facts) => Record<string, Json>,
): (facts: Facts) => RegistryError {
  return (facts) => new RegistryError(name, text(facts), { code, status }, members ? { members: members(facts) } : {});
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
