/** Bytes that no compression makes smaller, the same wherever they are made. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(size / 4);
  for (let i = 0, last = 1; i < words.length; i++) words[i] = last = Math.imul(last, 1_664_525) + 1_013_904_223;
  return new Uint8Array(words.buffer);
}
