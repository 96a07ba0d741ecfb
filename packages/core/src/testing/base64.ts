/**
 * The number of bytes that are encoded in one step. It is limited by the maximum number of arguments of a call, and it
 * is a multiple of three, because three bytes become four characters.
 */
const slice = 3 * 8192;

/** Gives the length of the base64 text for this number of bytes. */
export const base64Length = (bytes: number): number => 4 * Math.ceil(bytes / 3);

export function bytesToBase64(bytes: Uint8Array): string {
  const texts: string[] = [];
  for (let at = 0; at < bytes.length; at += slice) {
    texts.push(btoa(String.fromCharCode(...bytes.subarray(at, at + slice))));
  }
  return texts.join('');
}

/** Returns the bytes, or undefined if the text is not base64. */
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
