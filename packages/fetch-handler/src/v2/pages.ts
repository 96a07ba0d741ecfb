import { invalidParameter, type NamesPage } from '@coracle/core';
import type { Front } from './front.ts';

/**
 * Reads and writes the parameters of paged lists: `n`, `last` and the Link header, as "Listing Tags" of the OCI
 * distribution specification describes them.
 */

/**
 * Reads from the parameters `n` and `last` of a query which page of a list the client asks for.
 * @throws InvalidParameterException if `n` is not a number or exceeds `pageLimit`, or if `opaqueLast` is set and `last`
 * is not a token of this registry
 */
export function pageOf({ pageLimit, opaqueLast }: Front, query: URLSearchParams): NamesPage {
  const n = query.get('n');
  if (n !== null && !/^\d{1,15}$/.test(n)) throw invalidParameter('n', 'Member must be a whole number');
  if (n !== null && pageLimit !== undefined && Number(n) > pageLimit) {
    throw invalidParameter('maxResults', `Member must have value less than or equal to ${pageLimit}`);
  }
  const given = query.get('last');
  const last = given === null || !opaqueLast ? given : openToken(given);
  const most = n === null ? pageLimit : Number(n);
  return { ...(most === undefined ? {} : { most }), ...(last === null ? {} : { last }) };
}

/**
 * Returns the Link header that leads to the next page of a list. Returns an empty object if the page is empty, and so
 * has no last item (`end`). `most` is the maximum number of items in a page.
 */
export function linkTo(
  { opaqueLast }: Front,
  path: string,
  { most }: NamesPage,
  end: string | undefined,
): Record<string, string> {
  if (end === undefined) return {};
  const query = new URLSearchParams({
    ...(most === undefined ? {} : { n: String(most) }),
    last: opaqueLast ? tokenOf(end) : end,
  });
  return { link: `<${path}?${query}>; rel="next"` };
}

const mark = 'after:';
/** The maximum number of characters of a page token. A longer token is refused without being decoded. */
const longestToken = 2048;
const tokenOf = (name: string): string => btoa(mark + name);

function openToken(token: string): string {
  try {
    const text = token.length > longestToken ? '' : atob(token);
    if (text.startsWith(mark)) return text.slice(mark.length);
  } catch {
    // The text is not base64, for example a name that was written by hand.
  }
  throw invalidParameter('NextToken', 'Invalid token');
}
