import type { Algorithm, Hasher } from './running-hash.ts';

/** A digest in the form `<algorithm>:<hex>` (OCI image specification, "Digests"). */
export type Digest = `${Algorithm}:${string}`;

const verifiable = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/**
 * The pattern that the API models of both AWS services contain for a digest. The pattern allows the name of any
 * algorithm, and hex of any length.
 */
export const digestPattern = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
const digestLike = /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/;

/**
 * Returns whether a text is a sha256 or sha512 digest in lower-case hex. Coracle can verify content only against such a
 * digest.
 */
export const isDigest = (text: string): text is Digest => verifiable.test(text);

/**
 * Returns whether AWS accepts a text as a digest. AWS accepts digests of any algorithm, but Coracle can verify content
 * only with sha256 and sha512.
 */
export const isDigestLike = (text: string): boolean => digestLike.test(text);

/** Returns the algorithm of a digest that `isDigest` accepts. */
export const algorithmOf = (digest: string): Algorithm => (digest.startsWith('sha256:') ? 'sha256' : 'sha512');

/** Computes the digest of the bytes in an array. */
export async function digestOf(hasher: Hasher, bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Promise<Digest> {
  const hash = hasher(algorithm);
  if (hash.digestOf) return `${algorithm}:${await hash.digestOf(bytes)}`;
  await hash.update(bytes);
  return `${algorithm}:${await hash.digest()}`;
}

/** Computes the digest of content that arrives as a stream of chunks. */
export async function digestOfPieces(
  hasher: Hasher,
  pieces: AsyncIterable<Uint8Array>,
  algorithm: Algorithm,
): Promise<Digest> {
  const hash = hasher(algorithm);
  for await (const piece of pieces) await hash.update(piece);
  return `${algorithm}:${await hash.digest()}`;
}
