import { expect } from 'vitest';

const block = 512;
const decoder = new TextDecoder();

/** Returns the files of an archive (POSIX.1-1988 ustar) by path. Fails the test if the bytes are not an archive. */
export function untar(archive: Uint8Array): Record<string, Uint8Array> {
  expect(archive.length % block).toBe(0);
  const files: Record<string, Uint8Array> = {};
  let at = 0;
  while (archive[at] !== 0) {
    const header = archive.subarray(at, at + block);
    const text = (from: number, length: number) =>
      decoder.decode(header.subarray(from, from + length)).replace(/\0.*$/s, '');
    const octal = (from: number, length: number) => Number.parseInt(text(from, length), 8);
    // The checksum counts its own field as blanks.
    const sum = header.reduce((total, byte, i) => total + (i >= 148 && i < 156 ? 32 : byte), 0);
    expect(octal(148, 8)).toBe(sum);
    expect([text(257, 6), text(263, 2), text(156, 1)]).toEqual(['ustar', '00', '0']);
    expect(octal(100, 8)).toBe(0o644);
    const size = octal(124, 12);
    files[text(0, 100)] = archive.slice(at + block, at + block + size);
    at += block + Math.ceil(size / block) * block;
  }
  expect(archive.subarray(at)).toEqual(new Uint8Array(2 * block));
  return files;
}
