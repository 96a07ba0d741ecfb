import { blobMembers, type Service } from '@coracle/core';
import { findTarget } from './target.ts';

const KiB = 1024;
const MiB = 1024 * KiB;

/** A part of 20 MiB is 28 MB of base64, and more if a client escapes its slashes and plus signs. */
const part = 32 * MiB;
/** A manifest of 4 MiB whose quotes are all escaped, and what is around it. */
const manifest = 9 * MiB;
/** A logo of 500 kB in base64, and the texts of a catalog. */
const catalog = 1 * MiB;

const large: Readonly<Record<string, number>> = {
  PutImage: manifest,
  UploadLayerPart: part,
};
/** More than any other operation's input can be by the service models. */
const otherwise = 256 * KiB;

/** Gives the most bytes that the body of a request may have, by its `X-Amz-Target`: it is known before the body is read. */
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
