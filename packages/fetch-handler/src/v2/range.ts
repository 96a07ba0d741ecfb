/** A range of bytes of a blob: from the index `first` to the index `last`, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const single = /^bytes=[ \t]*(\d{0,15})-(\d{0,15})[ \t]*$/i;

/**
 * Returns the range of bytes that a Range header asks for, in content of `size` bytes (RFC 9110, "Range Requests").
 *
 * A header with several ranges, or with another unit than bytes, is ignored, as the RFC allows.
 * @returns undefined if the whole content is to be sent; 'none' if the range has no byte of the content
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
