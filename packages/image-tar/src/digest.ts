import { type Algorithm, digestOf as coreDigestOf, type Digest, defaultHasher } from '@coracle/core';

/** Computes the digest of bytes by the fastest hasher of the platform. */
export const digestOf = (bytes: Uint8Array, algorithm?: Algorithm): Promise<Digest> =>
  coreDigestOf(defaultHasher, bytes, algorithm);

/** Returns the path of a blob in an OCI layout (OCI image specification, image-layout.md, "Blobs"). */
export const blobPath = (digest: string): string => `blobs/${digest.replace(':', '/')}`;
