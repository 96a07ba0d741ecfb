import { isDigest } from '../../digest/digest.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';

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
  const records: (T | undefined)[] = [];
  for (let at = 0; at < possible.length; at += recordsPerTurn) {
    // A manifest of 4 MiB names 20,000 images.
    if (possible.length > recordsPerTurn) await nextTurn();
    records.push(...(await read(possible.slice(at, at + recordsPerTurn).map(keyOf))));
  }
  const found = new Map<string, T | undefined>(possible.map((digest, i) => [digest, records[i]]));
  return digests.map((digest) => found.get(digest));
}
