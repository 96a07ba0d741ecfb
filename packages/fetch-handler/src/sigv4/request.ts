import { wrongSignature } from './errors.ts';

/** The parts of a request that AWS Signature Version 4 signs. A `Request` of the platform has all of them. */
export interface SignedRequest {
  readonly method: string;
  /** The whole URL, with the path and the query as the client sent them. Its host is the host that must be signed. */
  readonly url: string;
  /**
   * The names and values of the headers. Pass a repeated header as several pairs, because AWS signs the values joined by
   * commas without blanks. `Headers` joins them with blanks, so a signature over a repeated header fails for `Headers`.
   */
  readonly headers: Iterable<readonly [string, string]>;
}

/** A request, split into the parts from which the canonical request is made. */
export interface RequestParts {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** The header values by lower-case names, without blanks at both ends, and with single blanks inside. */
  readonly headers: ReadonlyMap<string, string>;
}

const urlForm = /^[^:/?#]+:\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/;

/** Returns a host in lower case and without a default port, as `Request.url` has it. */
const routed = (host: string): string => host.toLowerCase().replace(/:(?:80|443)$/, '');

/**
 * Splits a request into the parts that are signed.
 *
 * The host comes from the URL, because the URL decides which registry answers. The text of the Host header replaces the
 * host of the URL only if both name one host, because clients sign the letters and the port that they send.
 *
 * A query with a second `?` is refused, because programs read it in different ways. Clients that sign a query encode `?`.
 * @throws TypeError if the URL of the request is not an absolute URL
 * @throws InvalidSignatureException if the query contains a `?`
 */
export function partsOf(request: SignedRequest): RequestParts {
  const [matched, host = '', path = '', query = ''] = urlForm.exec(request.url) ?? [];
  if (matched === undefined) {
    // A presigned query is a secret, which must not get into a log.
    throw new TypeError(`The URL of a signed request must be absolute, not '${request.url.replace(/\?.*/s, '?…')}'`);
  }
  if (query.includes('?')) throw wrongSignature();
  const headers = new Map<string, string>();
  for (const [name, text] of request.headers) {
    const value = text.replace(/[ \t\r\n]+/g, ' ').replace(/^ | $/g, '');
    const before = headers.get(name.toLowerCase());
    headers.set(name.toLowerCase(), before === undefined ? value : `${before},${value}`);
  }
  const sent = headers.get('host');
  if (sent === undefined || routed(sent) !== routed(host)) headers.set('host', host);
  return { method: request.method, path, query: new URLSearchParams(query), headers };
}
