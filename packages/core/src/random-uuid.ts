import { hex } from './digest/hex.ts';

/**
 * Returns a random UUID (RFC 9562, version 4).
 *
 * Browsers have `crypto.randomUUID` only in secure contexts, such as pages of `https` URLs. In other contexts, such as
 * a page of `http://app.test`, the UUID is made with `crypto.getRandomValues`.
 */
export function randomUuid(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
