import { blobMembers, type Service } from '@coracle/core';
import { findTarget } from './target.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/**
 * The limit for UploadLayerPart. A part of 20 MiB is 28 MB of base64, and more if a client escapes its slashes and plus
 * signs.
 */
const part = 32 * MiB;
/** The limit for PutImage: a manifest of 4 MiB whose quotes are all escaped, and the rest of the request. */
const manifest = 9 * MiB;
/** The limit for catalog data: a logo of 500 kB in base64, and the texts of a catalog. */
const catalog = 1 * MiB;

const large: Readonly<Record<string, number>> = {
  PutImage: manifest,
  UploadLayerPart: part,
};
/** The limit for all other operations. It is more than their input can have by the service models. */
const otherwise = 256 * KiB;

/**
 * Gives the maximum number of bytes of a request's body, by its `X-Amz-Target`, which is known before the body is read.
 */
export function bodyLimit(services: readonly Service[], target: string | null | undefined, most: number): number {
  return Math.min(most, limitOf(services, target));
}

function limitOf(services: readonly Service[], target: string | null | undefined): number {
  const found = findTarget(services, target ?? '');
  // A target that names no service is refused once the body is read.
  if (!found) return otherwise;
  const { service, operation } = found;
  if (Object.hasOwn(large, operation)) return large[operation] ?? otherwise;
  return hasLogo(service, operation) ? catalog : otherwise;
}

const hasLogo = (service: Service, operation: string): boolean =>
  blobMembers(service, operation).some((path) => path.at(-1) === 'logoImageBlob');
