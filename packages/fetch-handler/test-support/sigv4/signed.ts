import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { SecretKey, SignatureClaims, SignatureOptions, SignedRequest } from '../../src/index.ts';
import { readSignature, verifySignature } from '../../src/index.ts';

export const accessKeyId = 'AKIDEXAMPLE';
export const secretAccessKey = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';

export interface BodiedRequest extends SignedRequest {
  readonly headers: readonly (readonly [string, string])[];
  readonly body: string;
}

export const sha256 = (body: string): string => createHash('sha256').update(body).digest('hex');

/** Reads and verifies a signature. The access key of the tests is the only one, with the members that are given. */
export async function verify(
  request: BodiedRequest,
  options: SignatureOptions,
  key: Partial<SecretKey> = {},
): Promise<SignatureClaims> {
  const findKey = (id: string) => (id === accessKeyId ? { secretAccessKey, ...key } : undefined);
  return verifySignature(readSignature(request, options), { findKey, bodyHash: sha256(request.body) });
}

class Sha256 {
  readonly #hash: ReturnType<typeof createHash>;
  constructor(key?: string | Uint8Array) {
    this.#hash = key === undefined ? createHash('sha256') : (createHmac('sha256', key) as never);
  }
  update(data: string | Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }
  reset(): void {}
}

/** The credentials, the region and the service of a signer. */
export interface SignerOptions {
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  readonly region?: string;
  readonly service?: string;
  /** Whether the request gets a header with the hash of its body; true by default. */
  readonly applyChecksum?: boolean;
}

/** The signer of the AWS SDK for JavaScript. */
export function sdkSigner(options: SignerOptions = {}): SignatureV4 {
  const { region = 'eu-west-1', service = 'ecr', applyChecksum = true, ...credentials } = options;
  return new SignatureV4({
    applyChecksum,
    credentials: { accessKeyId, secretAccessKey, ...credentials },
    region,
    service,
    sha256: Sha256 as never,
  });
}

/** A request of the AWS SDK for JavaScript, before or after it is signed. */
export type SdkRequest = Awaited<ReturnType<SignatureV4['presign']>>;

/** Returns a request of the AWS SDK as it is sent: the query with the encoding of the SDK, and the body as a text. */
export function sentBySdk({
  method,
  protocol,
  hostname,
  port,
  path,
  query = {},
  headers,
  body,
}: SdkRequest): BodiedRequest {
  const encode = (text: string) =>
    encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value ?? ''].flat().map((one) => `${encode(name)}=${encode(one)}`),
  );
  const host = port === undefined ? hostname : `${hostname}:${port}`;
  return {
    method,
    url: `${protocol}//${host}${path}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`,
    headers: Object.entries(headers),
    body: (body as string | undefined) ?? '',
  };
}
