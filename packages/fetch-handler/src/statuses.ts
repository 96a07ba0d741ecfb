import type { OciCode, RegistryError } from '@coracle/core';

/** The codes whose status at `/v2/` is not 400 ("Error Codes" of the OCI distribution specification). */
const ofCodes: Readonly<Partial<Record<OciCode, number>>> = {
  BLOB_UNKNOWN: 404,
  BLOB_UPLOAD_UNKNOWN: 404,
  DENIED: 403,
  MANIFEST_UNKNOWN: 404,
  NAME_UNKNOWN: 404,
  TOOMANYREQUESTS: 429,
  UNAUTHORIZED: 401,
};

/** Failures whose status differs from that of their code, by the exception's name and the code. */
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

/** The statuses of failures that only HTTP knows. */
const own = new WeakMap<RegistryError, number>();

/** Gives a failure a status of its own, and returns the failure. */
export function withStatus(status: number, error: RegistryError): RegistryError {
  own.set(error, status);
  return error;
}

/** Gives the status of a failure at `/v2/`. */
export function statusOf(error: RegistryError): number {
  const { name, ociCode, fault, retryable } = error;
  const known = own.get(error) ?? ofFailures[`${name} ${ociCode}`];
  if (known !== undefined) return known;
  if (ociCode === 'UNKNOWN' && fault === 'server') return retryable ? 503 : 500;
  return ofCodes[ociCode] ?? 400;
}

/**
 * Gives the header that tells a client after how many seconds to retry (RFC 9110, "Retry-After"), if the status is that
 * of a temporary refusal.
 */
export const retryAfter = (status: number): Readonly<Record<string, string>> =>
  status === 429 || status === 503 ? { 'retry-after': '1' } : {};
