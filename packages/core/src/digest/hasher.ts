import { portableHasher } from './portable-hasher.ts';
import type { Hasher } from './running-hash.ts';
import { digestStream, StreamedHash } from './streamed-hash.ts';
import { SubtleHash, subtleCrypto } from './subtle-hash.ts';

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

let fastest: Hasher | undefined;

function findFastest(): Hasher {
  const crypto = nodeCrypto();
  if (crypto) return native(crypto);
  const DigestStream = digestStream();
  if (DigestStream) return (algorithm) => new StreamedHash(algorithm, DigestStream);
  const subtle = subtleCrypto();
  return subtle ? (algorithm) => new SubtleHash(algorithm, subtle) : portableHasher;
}

/**
 * The fastest available hasher: node:crypto if the platform has it (Node, Deno, Bun, Workers with nodejs_compat),
 * `crypto.DigestStream` in other Workers, and otherwise `portableHasher`, with `crypto.subtle` for content that is whole
 * in one array. Browsers have `crypto.subtle` only in secure contexts: pages from https or from localhost.
 *
 * This hasher looks for node:crypto at the first use, because Node takes 5 ms to load that module.
 */
export const defaultHasher: Hasher = (algorithm) => {
  fastest ??= findFastest();
  return fastest(algorithm);
};
