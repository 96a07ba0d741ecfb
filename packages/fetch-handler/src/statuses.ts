import type { OciCode, RegistryError } from '@coracle/core';

/**
 * The HTTP status at `/v2/` for each error code of the OCI distribution specification ("Error Codes"). A code that is
 * missing here has the status 400.
 */
const ofCodes: Readonly<Partial<Record<OciCode, number>>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
};

/**
 * The HTTP status at `/v2/` of certain failures. For these failures, this status replaces the status of the error code.
 * A key is the name of the AWS exception, a space, and the error code of the OCI distribution specification.
 */
const ofFailures: Readonly<Record<string, number>> = {
  'ImageAlreadyExistsException DENIED': 409,
  'ImageReferencedByManifestList UNSUPPORTED': 405,
  // The chunk does not follow the last one ("Pushing a blob in chunks").
  'InvalidLayerPartException BLOB_UPLOAD_INVALID': 416,
  'LayerAlreadyExistsException DENIED': 409,
  'LimitExceededException SIZE_INVALID': 413,
  'RepositoryAlreadyExistsException DENIED': 409,
  'RepositoryNotEmptyException DENIED': 409,
  // The storage is full. Clients retry a 500 at once, but not a 507.
  'ServerException DENIED': 507,
};

/** The HTTP status that `withStatus` has set for a failure. */
const own = new WeakMap<RegistryError, number>();

/** Sets the HTTP status of a failure, and returns the failure. */
export function withStatus(status: number, error: RegistryError): RegistryError {
  own.set(error, status);
  return error;
}

/**
 * Returns the HTTP status with which `/v2/` answers a failure. The status follows from the failure's error code and is
 * 400 by default. If the registry itself caused a failure with the code UNKNOWN, the status is 500, or 503 if a retry
 * may succeed.
 */
export function statusOf(error: RegistryError): number {
  const { name, ociCode, fault, retryable } = error;
  const known = own.get(error) ?? ofFailures[`${name} ${ociCode}`];
  if (known !== undefined) return known;
  if (ociCode === 'UNKNOWN' && fault === 'server') return retryable ? 503 : 500;
  return ofCodes[ociCode] ?? 400;
}

/**
 * Returns a Retry-After header of one second (RFC 9110, "Retry-After") if the status is 429 or 503. Returns no header
 * for any other status.
 */
export const retryAfter = (status: number): Readonly<Record<string, string>> =>
  status === 429 || status === 503 ? { 'retry-after': '1' } : {};
