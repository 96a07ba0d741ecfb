import { incomplete, unsigned } from './errors.ts';
import type { RequestParts } from './request.ts';

/** The texts of a signature, as the request has them. Only their presence has been checked. */
export interface SignatureForm {
  readonly presigned: boolean;
  readonly algorithm: string;
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  /** The time of the signature: basic ISO 8601, or the text of the Date header. */
  readonly date: string;
  /** The seconds for which a presigned URL is valid; undefined if the request does not say. */
  readonly expires: string | undefined;
  readonly sessionToken: string | undefined;
}

const algorithmName = 'X-Amz-Algorithm';
export const signatureName = 'X-Amz-Signature';
export const tokenName = 'X-Amz-Security-Token';

/**
 * Finds the signature of a request: in the Authorization header, or in the query if the header has no AWS signature.
 * @throws MissingAuthenticationTokenException if the request has no signature
 * @throws IncompleteSignatureException if a part of the signature is missing
 */
export function formOf({ headers, query }: RequestParts): SignatureForm {
  const authorization = headers.get('authorization') ?? '';
  if (authorization.startsWith('AWS4-')) return inHeader(authorization, headers);
  if (query.has(algorithmName) || query.has(signatureName)) return inQuery(query);
  throw unsigned();
}

function inHeader(authorization: string, headers: RequestParts['headers']): SignatureForm {
  const [algorithm = '', ...pairs] = authorization.split(/[,\s]+/);
  const given = new Map<string, string>();
  for (const pair of pairs.filter((text) => text !== '')) {
    const at = pair.indexOf('=');
    if (at === -1) {
      throw incomplete(
        `'${pair}' not a valid key=value pair (missing equal-sign) in Authorization header: '${algorithm}'.`,
      );
    }
    const name = pair.slice(0, at);
    if (!given.has(name)) given.set(name, pair.slice(at + 1));
  }
  const date = headers.get('x-amz-date') ?? headers.get('date') ?? '';
  const text = (name: string) => given.get(name) ?? '';
  const lacking = ['Credential', 'Signature', 'SignedHeaders']
    .filter((name) => text(name) === '')
    .map((name) => `Authorization header requires '${name}' parameter. `);
  if (date === '') {
    lacking.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ");
  }
  // AWS repeats the header here. Only its first word is repeated, so that no signature gets into a log.
  if (lacking.length > 0) throw incomplete(`${lacking.join('')}Authorization=${algorithm}`);
  return {
    presigned: false,
    algorithm,
    credential: text('Credential'),
    signedHeaders: text('SignedHeaders'),
    signature: text('Signature'),
    date,
    expires: undefined,
    sessionToken: headers.get(tokenName.toLowerCase()),
  };
}

function inQuery(query: URLSearchParams): SignatureForm {
  const text = (name: string) => query.get(name) ?? '';
  const names = [algorithmName, 'X-Amz-Credential', signatureName, 'X-Amz-SignedHeaders', 'X-Amz-Date'];
  const lacking = names.filter((name) => text(name) === '');
  if (lacking.length > 0) {
    const sentences = lacking.map((name) => `AWS query-string parameters must include '${name}'. `);
    throw incomplete(`${sentences.join('')}Re-examine the query-string parameters.`);
  }
  return {
    presigned: true,
    algorithm: text(algorithmName),
    credential: text('X-Amz-Credential'),
    signedHeaders: text('X-Amz-SignedHeaders'),
    signature: text(signatureName),
    date: text('X-Amz-Date'),
    expires: query.get('X-Amz-Expires') ?? undefined,
    sessionToken: query.get(tokenName) ?? undefined,
  };
}
