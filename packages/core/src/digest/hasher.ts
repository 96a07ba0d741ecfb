import type { Hasher } from './running-hash.ts';
import { Sha256 } from './sha256.ts';
import { Sha512 } from './sha512.ts';
import { digestStream, StreamedHash } from './streamed-hash.ts';

interface NodeHash {
  update(bytes: Uint8Array): unknown;
  digest(encoding: 'hex'): string;
}

interface NodeCrypto {
  createHash(algorithm: string): NodeHash;
}

// The module is looked up by name and not imported, so that a bundler for browsers finds no import to replace.
const nodeCrypto = (): NodeCrypto | undefined =>
  (
    globalThis as { process?: { getBuiltinModule?: (name: string) => NodeCrypto | undefined } }
  ).process?.getBuiltinModule?.('node:crypto');

const native = (crypto: NodeCrypto): Hasher => {
  return (algorithm) => {
    const hash = crypto.createHash(algorithm);
    return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest('hex') };
  };
};

/**
 * The hasher in plain TypeScript, which runs on every platform. The engine uses this hasher if the platform has no
 * node:crypto, for example in browsers.
 */
export const portableHasher: Hasher = (algorithm) => (algorithm === 'sha256' ? new Sha256() : new Sha512());

let fastest: Hasher | undefined;

function findFastest(): Hasher {
  const crypto = nodeCrypto();
  if (crypto) return native(crypto);
  const DigestStream = digestStream();
  return DigestStream ? (algorithm) => new StreamedHash(algorithm, DigestStream) : portableHasher;
}

/**
 * The fastest available hasher: node:crypto if the platform has it (Node, Deno, Bun, Workers with nodejs_compat),
 * `crypto.DigestStream` in other Workers, and otherwise `portableHasher`.
 *
 * This hasher looks for node:crypto at the first use, because Node takes 5 ms to load that module.
 */
export const defaultHasher: Hasher = (algorithm) => {
  fastest ??= findFastest();
  return fastest(algorithm);
};
