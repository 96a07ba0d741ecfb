/**
 * The number of bytes that `bytesToBase64` encodes in one step. The number is a multiple of three, because base64
 * encodes three bytes as four characters. The number is also limited, because the bytes of a step are the arguments of
 * one call of `String.fromCharCode`.
 */
const slice = 3 * 8192;

/** Returns the length, in characters, of the base64 text for the given number of bytes. */
export const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

export function bytesToBase64(bytes: Uint8Array): string {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += slice) {
    texts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + slice))));
  }
  return texts.join('');
}

/** Decodes base64. Returns undefined if the text is not base64. */
export function bytesFromBase64(text: string): Uint8Array | undefined {
  let binary: string;
  try {
    binary = atob(text);
  } catch {
    return undefined;
  }
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
