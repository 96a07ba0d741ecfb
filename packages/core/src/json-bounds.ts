/** The limits of a JSON text, which are checked before the text is parsed. */
export interface JsonBounds {
  /** The maximum depth to which objects and arrays are nested. */
  readonly depth: number;
  /**
   * The maximum number of values in the text: objects, arrays, strings, numbers, booleans and nulls together. Names of
   * members do not count.
   */
  readonly values: number;
}

/**
 * Returns which limit a JSON text exceeds first; `undefined` if it exceeds no limit.
 *
 * The text is read once and needs no memory, so that a text that would be expensive to parse is cheap to reject. This
 * function does not check that the text is valid JSON. If the text is invalid JSON, the limits are checked exactly only
 * up to the first error. `JSON.parse` stops at that error as well.
 */
export function exceededBound(json: Uint8Array, { depth, values }: JsonBounds): keyof JsonBounds | undefined {
  let level = 0;
  // A name is counted like any string, and subtracted at its colon. So the count is not checked between a name and its
  // colon.
  let count = 0;
  let inScalar = false;
  for (let at = 0; at < json.length; at++) {
    switch (json[at]) {
      case 0x22: // "
        at = endOfString(json, at);
        count++;
        continue;
      case 0x7b: // {
      case 0x5b: // [
        if (++level > depth) return 'depth';
        if (++count > values) return 'values';
        break;
      case 0x7d: // }
      case 0x5d: // ]
        level--;
        if (count > values) return 'values';
        break;
      case 0x2c: // ,
        if (count > values) return 'values';
        break;
      case 0x3a: // :
        count--;
        break;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        break;
      default:
        if (!inScalar) count++;
        inScalar = true;
        continue;
    }
    inScalar = false;
  }
  return count > values ? 'values' : undefined;
}

/**
 * Returns the position of the closing quote of the string that begins at `at`, or the end of the text if the quote is
 * missing.
 */
function endOfString(json: Uint8Array, at: number): number {
  for (let end = at + 1; end < json.length; end++) {
    const byte = json[end];
    if (byte === 0x22) return end;
    if (byte === 0x5c) end++;
  }
  return json.length;
}
