import { type Algorithm, defaultHasher } from '@coracle/core';

/** Computes the digest of bytes, in the form `<algorithm>:<hex>`. */
export async function digestOf(bytes: Uint8Array, algorithm: Algorithm = 'sha256'): Promise<string> {
  const hash = defaultHasher(algorithm);
  await hash.update(bytes);
  return `${algorithm}:${await hash.digest()}`;
}

/** Returns the algorithm of a digest that `isDigest` accepts. */
export const algorithmOf = (digest: string): Algorithm => (digest.startsWith('sha512:') ? 'sha512' : 'sha256');

/** Returns the path of a blob in an OCI layout (OCI image specification, image-layout.md, "Blobs"). */
export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
