/** The hash algorithms that a digest of content may have (OCI image specification, "Digests"). */
export type Algorithm = 'sha256' | 'sha512';

/** The names of the algorithms in the Web Cryptography API. */
export const webNames = { sha256: 'SHA-256', sha512: 'SHA-512' } as const;

/**
 * A hash that is being computed. `update` adds bytes. `digest` ends the computation and returns 64 (sha256) or 128
 * (sha512) lower-case hex digits.
 */
export interface RunningHash {
  /**
   * Whether the request that began the hash must also end it, as in Cloudflare Workers. The engine then does not keep the
   * hash of an upload between two requests. False by default.
   */
  readonly endsWithRequest?: boolean;
  update(bytes: Uint8Array): void | Promise<void>;
  digest(): string | Promise<string>;
  /**
   * Returns the digest of content that is whole in one array. The bytes of `update` are not part of the content. A hash
   * has this method if it hashes such content faster than with `update` and `digest`.
   */
  digestOf?(bytes: Uint8Array): Promise<string>;
}

/**
 * Starts the computation of a hash with the given algorithm. The engine calls this function for every digest that it
 * computes.
 */
export type Hasher = (algorithm: Algorithm) => RunningHash;
