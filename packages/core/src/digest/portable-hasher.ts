import type { Hasher } from './running-hash.ts';
import { Sha256 } from './sha256.ts';
import { Sha512 } from './sha512.ts';

/**
 * The hasher in plain TypeScript, which runs on every platform. The engine uses this hasher if the platform has no
 * node:crypto, for example in browsers.
 */
export const portableHasher: Hasher = (algorithm) => (algorithm === 'sha256' ? new Sha256() : new Sha512());
