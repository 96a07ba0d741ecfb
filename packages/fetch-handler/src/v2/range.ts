/** The bytes that an answer has: `first` to `last`, inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const single = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * Reads which bytes a Range header asks for, in content of this size (RFC 9110, "Range Requests"). Several ranges and
 * other units are ignored, as the RFC allows; the answer is then the whole content.
 * @returns undefined for the whole content, 'none' if the range has no byte of the content
 */
export function rangeOf(header: string | null, size: number): ByteRange | 'none' | undefined {
  const [, from, to] = single.exec(header ?? '') ?? [];
  if (from === undefined || to === undefined || (from === '' && to === '')) return undefined;
  const range =
    from === ''
      ? { first: Math.max(0, size - Number(to)), last: size - 1 }
      : { first: Number(from), last: to === '' ? size - 1 : Math.min(Number(to), size - 1) };
  return range.first <= range.last ? range : 'none';
}
