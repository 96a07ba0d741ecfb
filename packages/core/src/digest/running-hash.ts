/** The algorithms of the OCI image specification ("Digests") that content can be addressed by. */
export type Algorithm = 'sha256' | 'sha512';

/** A running digest. `digest` ends it and gives 64 (sha256) or 128 (sha512) lower-case hex digits. */
export interface RunningHash {
  update(bytes: Uint8Array): void | Promise<void>;
  digest(): string | Promise<string>;
}

/** The hasher port: starts a running digest. */
export type Hasher = (algorithm: Algorithm) => RunningHash;
