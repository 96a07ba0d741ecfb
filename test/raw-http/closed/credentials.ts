import {
  accessKeyId,
  type SdkRequest,
  type SignerOptions,
  sdkSigner,
  secretAccessKey,
  sentBySdk,
} from '../../../packages/fetch-handler/test-support/sigv4/signed.ts';

/** The access key and the user of the closed registries of these tests. */
export const key = { accessKeyId, secretAccessKey };
export const user = { name: 'alice', password: 'open sesame' };
export const basic = `Basic ${btoa(`${user.name}:${user.password}`)}`;

const services: Readonly<Record<string, string>> = {
  SpencerFrontendService: 'ecr-public',
  AmazonEC2ContainerRegistry_V20150921: 'ecr',
};

export interface Signable {
  /** The Host header: `localhost:4747`. */
  readonly host: string;
  readonly query?: Readonly<Record<string, string | string[]>>;
  readonly target: string;
  readonly body?: Uint8Array | string;
}

export interface Signing extends SignerOptions {
  /** The time of the signature; now by default. */
  readonly at?: number;
}

function signable({ host, query = {}, target, body = '' }: Signable): SdkRequest {
  const [hostname = '', port] = host.split(':');
  const headers = { host, 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': target };
  return {
    method: 'POST',
    protocol: 'http:',
    hostname,
    ...(port === undefined ? {} : { port: Number(port) }),
    path: '/',
    query,
    headers,
    body,
  };
}

const signerFor = ({ target }: Signable, { at: _, ...options }: Signing) =>
  sdkSigner({ region: 'us-east-1', service: services[target.split('.')[0] ?? ''] ?? 'ecr', ...options });

/** Signs a call in its header, as the AWS SDK does. */
export async function signed(call: Signable, options: Signing = {}) {
  const { at = Date.now() } = options;
  return sentBySdk(await signerFor(call, options).sign(signable(call), { signingDate: new Date(at) }));
}

/** Signs a call in its URL, as botocore does. The URL needs the headers that are signed. */
export async function presigned(
  call: Signable,
  { expiresIn = 3600, ...options }: Signing & { expiresIn?: number } = {},
) {
  const { at = Date.now() } = options;
  const request = signable(call);
  const names = new Set(Object.keys(request.headers));
  return sentBySdk(
    await signerFor(call, options).presign(request, {
      signingDate: new Date(at),
      expiresIn,
      // Otherwise the signer moves headers into the query, which botocore does not.
      unhoistableHeaders: names,
      signableHeaders: names,
    }),
  );
}

/**
 * Returns the headers with which a caller sends a raw request: a signature for a call of AWS, and otherwise the password
 * of a user. Headers that are there already stay.
 */
export async function authorized(
  request: { readonly target: string | undefined; readonly host: string; readonly body: Uint8Array },
  options: Signing = {},
): Promise<Record<string, string>> {
  const { target, host, body } = request;
  if (target === undefined) return { authorization: basic };
  return Object.fromEntries((await signed({ host, target, body }, options)).headers);
}
