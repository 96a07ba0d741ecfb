import { isDigest } from '../digest/digest.ts';

/**
 * Reads records by digest, in the order asked. Nothing is ever kept under a digest that content cannot be
 * held against; such a one may also be longer than a key, and is not looked for.
 */
export async function readByDigest<T>(
  digests: readonly string[],
  keyOf: (digest: string) => string,
  read: (keys: readonly string[]) => Promise<(T | undefined)[]>,
): Promise<(T | undefined)[]> {
  const possible = digests.filter(isDigest);
  const records = await read(possible.map(keyOf));
  const found = new Map<string, T | undefined>(possible.map((digest, i) => [digest, records[i]]));
  return digests.map((digest) => found.get(digest));
}
