/** Bytes that no compression makes smaller, the same wherever they are made. */
export function noise(size: number): Uint8Array<ArrayBuffer> {
  const words = new Uint32Array(size / 4);
  for (let i = 0, last = 1; i < words.length; i++) words[i] = last = Math.imul(last, 1_664_525) + 1_013_904_223;
  return new Uint8Array(words.buffer);
}

/** Six records of 4,000 characters, as many as a push of an image commits at once. */
export const sixRecords = (prefix: string) =>
  Array.from({ length: 6 }, (_, i) => ({
    key: `${prefix}/${i}`,
    version: '1',
    value: String.fromCharCode(...noise(4000)),
  }));
