import type { Algorithm, Hasher } from './running-hash.ts';

/** `<algorithm>:<hex>`, as the OCI image specification ("Digests") writes it. */
export type Digest = `${Algorithm}:${string}`;

const verifiable = /^(?:sha256:[a-f0-9]{64}|sha512:[a-f0-9]{128})$/;

/** The pattern that both services' models have for a digest: any algorithm's name, and hex of any length. */
export const digestPattern = '[a-zA-Z0-9-_+.]+:[a-fA-F0-9]+';
const digestLike = /^[a-zA-Z0-9\-_+.]+:[a-fA-F0-9]+$/;

/** Says whether content can be verified against this digest. */
export const isDigest = (text: string): text is Digest => verifiable.test(text);

/** Says whether the services accept this text as a digest. */
export const isDigestLike = (text: string): boolean => digestLike.test(text);

export const algorithmOf = (digest: Digest): Algorithm => (digest.startsWith('sha256:') ? 'sha256' : 'sha512');

/** Computes the digest of bytes in one array. */
export async function digestOf(hasher: Hasher, bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Promise<Digest> {
  const hash = hasher(algorithm);
  await hash.update(bytes);
  return `${algorithm}:${await hash.digest()}`;
}

/** Computes the digest of bytes that come in pieces. */
export async function digestOfPieces(
  hasher: Hasher,
  pieces: AsyncIterable<Uint8Array>,
  algorithm: Algorithm,
): Promise<Digest> {
  const hash = hasher(algorithm);
  for await (const piece of pieces) await hash.update(piece);
  return `${algorithm}:${await hash.digest()}`;
}
