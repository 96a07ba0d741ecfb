import { canonicalHead } from './canonical.ts';
import { incomplete, invalid, wrongSignature } from './errors.ts';
import { formOf, type SignatureForm, signatureName, tokenName } from './form.ts';
import { partsOf, type RequestParts, type SignedRequest } from './request.ts';
import { checkTime, readDate } from './validity.ts';

/** The expectations about a signature, which `readSignature` checks. */
export interface SignatureOptions {
  /** The service for which a request must be signed, such as `ecr`. */
  readonly service: string;
  /** The region for which a request must be signed; any region by default. */
  readonly region?: string | undefined;
  /** Returns the current time in milliseconds since 1970; `Date.now` by default. */
  readonly clock?: (() => number) | undefined;
  /** The maximum difference between the time of the signature and the clock, in milliseconds; 5 minutes by default. */
  readonly maxSkew?: number | undefined;
  /** Whether clients of the service remove `..`, `.` and empty segments from the path that they sign; true by default. */
  readonly normalizePath?: boolean | undefined;
  /** Whether clients of the service sign the session token in the query of a presigned URL; true by default. */
  readonly signsSessionToken?: boolean | undefined;
}

/** Says which access key signed a request, and for which service, region and time. */
export interface SignatureClaims {
  readonly accessKeyId: string;
  readonly region: string;
  readonly service: string;
  /** The names of the signed headers, in lower case. */
  readonly signedHeaders: readonly string[];
  /** The time of the signature. */
  readonly date: Date;
  /** The session token of temporary credentials; undefined if the request has no session token. */
  readonly sessionToken: string | undefined;
}

/** A signature that fits the service and the time, but is not verified yet. Pass it to `verifySignature`. */
export interface Signature {
  /** The access key that the request claims to be signed with. */
  readonly claims: SignatureClaims;
  /** The scope of the signature: date, region, service and `aws4_request`, joined by slashes. */
  readonly scope: string;
  /** The time of the signature as it was signed, such as `20261121T120000Z`. */
  readonly timestamp: string;
  /** The canonical request without its last line, the hash of the body. */
  readonly canonicalHead: string;
  /** The hash of the body that the request announces; undefined if the request announces no hash. */
  readonly announcedHash: string | undefined;
  /** The signature of the request, in hex. */
  readonly signature: string;
  /**
   * The time at which the signature was read, in milliseconds since 1970. A key that has expired at this time is refused.
   */
  readonly readAt: number;
}

const fiveMinutes = 300_000;
export const algorithm = 'AWS4-HMAC-SHA256';
const terminator = 'aws4_request';

const alwaysSigned = [
  ['host', "'Host' or ':authority'"],
  ['x-amz-target', "'X-Amz-Target'"],
] as const;

/**
 * Reads the AWS signature (Signature Version 4) of a request, from the Authorization header or from the query of a
 * presigned URL. Checks the form, the time and the scope of the signature, and that all signed headers are present. The
 * body is not needed. The signature itself is checked by `verifySignature`.
 * @throws MissingAuthenticationTokenException if the request has no signature
 * @throws IncompleteSignatureException if a part of the signature is missing or invalid
 * @throws InvalidSignatureException if the signature has expired, is from the future, is for another service or region,
 * does not cover the host or X-Amz-Target, or names a header that the request does not have
 * @throws TypeError if the URL of the request is not an absolute URL
 */
export function readSignature(request: SignedRequest, options: SignatureOptions): Signature {
  const { clock = Date.now, maxSkew = fiveMinutes, normalizePath = true, signsSessionToken = true } = options;
  const parts = partsOf(request);
  const form = formOf(parts);
  const { time, text: timestamp } = readDate(form);
  const readAt = clock();
  checkTime(form, time, { now: readAt, maxSkew });
  const signedHeaders = form.signedHeaders.split(';');
  checkCovered(signedHeaders, parts);
  const { scope, ...claimed } = readScope(form, timestamp, options);
  if (!areSent(signedHeaders, parts)) throw wrongSignature();

  const ofToken = signsSessionToken ? [] : [tokenName];
  const unsignedParameters = form.presigned ? [signatureName, ...ofToken] : [];
  return {
    claims: { ...claimed, signedHeaders, date: new Date(time), sessionToken: form.sessionToken },
    scope,
    timestamp,
    canonicalHead: canonicalHead(parts, { signedHeaders, unsignedParameters, normalizePath }),
    announcedHash: parts.headers.get('x-amz-content-sha256'),
    signature: form.signature,
    readAt,
  };
}

/**
 * Returns whether the request has each signed header. A name that comes twice counts as missing: a long header that a
 * short request names a thousand times would make a canonical request of many megabytes.
 */
const areSent = (signedHeaders: readonly string[], { headers }: RequestParts): boolean =>
  new Set(signedHeaders).size === signedHeaders.length && signedHeaders.every((name) => headers.has(name));

/** Checks that the signature covers the headers that decide which registry answers, and which operation runs. */
function checkCovered(signedHeaders: readonly string[], { headers }: RequestParts): void {
  for (const [name, text] of alwaysSigned) {
    if (headers.has(name) && !signedHeaders.includes(name)) {
      throw invalid(`${text} must be a 'SignedHeader' in the AWS Authorization.`);
    }
  }
}

function readScope(
  { algorithm: named, credential }: SignatureForm,
  timestamp: string,
  expected: SignatureOptions,
): Pick<SignatureClaims, 'accessKeyId' | 'region' | 'service'> & { scope: string } {
  if (named !== algorithm) {
    throw incomplete(`Unsupported AWS 'algorithm': '${named}' (only ${algorithm} for now). `);
  }
  const elements = credential.split('/');
  if (elements.length !== 5) {
    throw incomplete(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'`,
    );
  }
  const [accessKeyId = '', date = '', region = '', service = '', end = ''] = elements;
  const day = timestamp.slice(0, 8);
  const wrong = [
    region === (expected.region ?? region) ? '' : `Credential should be scoped to a valid region, not '${region}'. `,
    service === expected.service ? '' : `Credential should be scoped to correct service: '${expected.service}'. `,
    end === terminator ? '' : `Credential should be scoped with a valid terminator: '${terminator}', not '${end}'. `,
    date === day
      ? ''
      : `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${date}' != '${day}', from '${timestamp}'.`,
  ].join('');
  if (wrong !== '') throw invalid(wrong);
  return { accessKeyId, region, service, scope: elements.slice(1).join('/') };
}
