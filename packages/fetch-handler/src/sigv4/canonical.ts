import type { RequestParts } from './request.ts';

/** The parts of a canonical request that depend on the signature and on the service. */
export interface CanonicalForm {
  /** The names of the signed headers, in the order of the signature. */
  readonly signedHeaders: readonly string[];
  /** The query parameters that are not signed. */
  readonly unsignedParameters: readonly string[];
  readonly normalizePath: boolean;
}

/** Encodes all bytes of a text except letters, digits, `-`, `.`, `_` and `~`. */
const encode = (text: string): string =>
  // A lone surrogate, which no encoding has, would make encodeURIComponent throw.
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, '\ufffd')).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/** Removes empty segments, `.` and `..` from a path (RFC 3986, section 5.2.4). A slash at the end is kept. */
function normalize(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(segment);
  }
  const end = segments.length > 0 && /\/\.{0,2}$/.test(path) ? '/' : '';
  return `/${segments.join('/')}${end}`;
}

// The path arrives encoded, and is encoded once more. Only Amazon S3 signs a path that is encoded once.
const canonicalPath = (path: string, form: CanonicalForm): string =>
  (form.normalizePath ? normalize(path) : path || '/').split('/').map(encode).join('/');

// The parser is the one that the handlers use, so that no two queries with one signature are read in two ways.
const canonicalQuery = (query: URLSearchParams, form: CanonicalForm): string =>
  [...query]
    .filter(([name]) => !form.unsignedParameters.includes(name))
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map((pair) => pair.join('='))
    .join('&');

/**
 * Returns the canonical request without its last line (AWS documentation of Signature Version 4, "Create a canonical
 * request"). The last line is the hash of the body.
 */
export function canonicalHead(parts: RequestParts, form: CanonicalForm): string {
  const headers = form.signedHeaders.map((name) => `${name}:${parts.headers.get(name) ?? ''}\n`).join('');
  return [
    parts.method,
    canonicalPath(parts.path, form),
    canonicalQuery(parts.query, form),
    headers,
    form.signedHeaders.join(';'),
  ].join('\n');
}
