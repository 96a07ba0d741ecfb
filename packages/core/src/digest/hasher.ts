import { sha256, sha512 } from '@noble/hashes/sha2.js';

/** The algorithms of the OCI image specification ("Digests") that content can be addressed by. */
export type Algorithm = 'sha256' | 'sha512';

/** A running digest. `digest` ends it: 64 (sha256) or 128 (sha512) lower-case hex digits. */
export interface RunningHash {
  update(bytes: Uint8Array): void | Promise<void>;
  digest(): string | Promise<string>;
}

/** The hasher port: starts a running digest. */
export type Hasher = (algorithm: Algorithm) => RunningHash;

interface NodeHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}
interface NodeCrypto {
  createHash(algorithm: string): NodeHash;
}

// Asked for by name, so that core imports no platform and a bundler for browsers finds nothing to replace.
const nodeCrypto = (
  globalThis as { process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined } }
).process?.getBuiltinModule?.('node:crypto');

const native = (crypto: NodeCrypto): Hasher => {
  return (algorithm) => {
    const hash = crypto.createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
  };
};

const portable: Hasher = (algorithm) => {
  const hash = (algorithm === 'sha256' ? sha256 : sha512).create();
  return { update: (bytes) => void hash.update(bytes), digest: () => hex(hash.digest()) };
};

/** The fastest hasher at hand: node:crypto where there is one (Node, Deno, Bun, Workers with nodejs_compat). */
export const defaultHasher: Hasher = nodeCrypto ? native(nodeCrypto) : portable;

export const portableHasher: Hasher = portable;

export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}
