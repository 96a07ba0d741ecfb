import { blobMembers, type Service } from '@coracle/core';
import { findTarget } from './target.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * The maximum size of an UploadLayerPart request, in bytes. A layer part of 20 MiB is 28 MB of base64. The request is
 * larger if the client escapes the slashes and plus signs of the base64.
 */
const part = 32 * MiB;
/**
 * The maximum size of a PutImage request, in bytes. This is enough for a manifest of 4 MiB whose quotes are all
 * escaped, and for the rest of the request.
 */
const manifest = 9 * MiB;
/**
 * The maximum size of a request with catalog data, in bytes. This is enough for a logo of 500 kB in base64, and for the
 * texts of the catalog data.
 */
const catalog = 1 * MiB;

const large: Readonly<Record<string, number>> = {
  PutImage: manifest,
  UploadLayerPart: part,
};
/**
 * The maximum size, in bytes, of a request of an operation without a larger limit. By the service models, every valid
 * input of such an operation is smaller.
 */
const otherwise = 256 * KiB;

/**
 * Returns the maximum size of a request's body, in bytes. This is the limit of the operation that the `X-Amz-Target`
 * header (`target`) names, but never more than `most`. The header is known before the body is read.
 */
export function bodyLimit(services: readonly Service[], target: string | null | undefined, most: number): number {
  return Math.min(most, limitOf(services, target));
}

function limitOf(services: readonly Service[], target: string | null | undefined): number {
  const found = findTarget(services, target ?? '');
  // If the target does not name a service, the request is refused later, after its body is read.
  if (!found) return otherwise;
  const { service, operation } = found;
  if (Object.hasOwn(large, operation)) return large[operation] ?? otherwise;
  return hasLogo(service, operation) ? catalog : otherwise;
}

const hasLogo = (service: Service, operation: string): boolean =>
  blobMembers(service, operation).some((path) => path.at(-1) === 'logoImageBlob');
