import { encodeUtf8 } from '../utf8.ts';
import type { Hasher } from './running-hash.ts';

const blockBytes = 64;

/** Converts hexadecimal text with two digits for each byte to bytes. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) {
    bytes[i] = (digitAt(text, 2 * i) << 4) | digitAt(text, 2 * i + 1);
  }
  return bytes;
}

/** Returns the value of a hexadecimal digit. The letters `a` and `A` follow 9 in the last four bits, after one bit more. */
function digitAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return (code & 15) + 9 * (code >> 6);
}

/**
 * Computes the HMAC-SHA256 (RFC 2104) of a message, and returns the HMAC in hex. The given hasher computes the SHA-256
 * hashes.
 */
export async function hmac(hasher: Hasher, key: Uint8Array, message: string): Promise<string> {
  let block = key;
  if (key.length > blockBytes) {
    const hash = hasher('sha256');
    await hash.update(key);
    block = fromHex(await hash.digest());
  }
  const pad = (byte: number) => {
    const padded = new Uint8Array(blockBytes).fill(byte);
    for (let i = 0; i < block.length; i++) padded[i] = (block[i] ?? 0) ^ byte;
    return padded;
  };

  const inner = hasher('sha256');
  await inner.update(pad(0x36));
  await inner.update(encodeUtf8(message));
  const outer = hasher('sha256');
  await outer.update(pad(0x5c));
  await outer.update(fromHex(await inner.digest()));
  return outer.digest();
}

/**
 * Returns whether two texts are equal. For texts of the same length, the comparison always takes the same time, so that
 * nobody can guess a secret text by measuring the time.
 */
export function sameText(a: string, b: string): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i);
  return difference === 0;
}
