/** The limits of a JSON text, which are checked before it is parsed. */
export interface JsonBounds {
  /** The maximum depth of objects and arrays inside one another. */
  readonly depth: number;
  /** The maximum number of objects, arrays and scalars together. Names of members do not count. */
  readonly values: number;
}

/**
 * Says which limit a JSON text exceeds; `undefined` if it exceeds none.
 *
 * It reads the bytes once and needs no memory, so that a text that would be expensive to parse is cheap to refuse. It
 * does not check that the text is JSON. Up to the first error the count is exact, and `JSON.parse` stops there as well.
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

/** Finds the closing quote of the string that begins at `at`. Returns the end of the text if the quote is missing. */
function endOfString(json: Uint8Array, at: number): number {
  for (let end = at + 1; end < json.length; end++) {
    const byte = json[end];
    if (byte === 0x22) return end;
    if (byte === 0x5c) end++;
  }
  return json.length;
}
