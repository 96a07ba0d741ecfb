/**
 * The options that the AWS SDK passes to the constructor of a signer. This type has only the options that
 * CredentialWriter reads.
 */
export interface SignerOptions {
  readonly credentials: Identity | (() => Promise<Identity>);
  readonly region: string | (() => Promise<string>);
  readonly service: string;
}

interface Identity {
  readonly accessKeyId: string;
}

interface Signable {
  headers: Record<string, string>;
}

/**
 * A replacement for the AWS SDK's signer. It writes an Authorization header without a signature. The `Credential` in
 * this header has the caller, the region and the service (AWS IAM User Guide, "Create a signed AWS API request", "Add
 * the signature to the request"). A registry in process does not check signatures. A signature also needs the digest of
 * the body, and to compute the digest of a large body takes longer than the call itself.
 *
 * The SDK reads the class from `signerConstructor` in its configuration. If a version of the SDK ignored this member,
 * the SDK would sign requests with its own signer, which takes longer but names the same caller.
 */
export class CredentialWriter {
  readonly #options: SignerOptions;

  constructor(options: SignerOptions) {
    this.#options = options;
  }

  async sign<Request extends Signable>(
    request: Request,
    { signingRegion, signingService }: { signingRegion?: string; signingService?: string } = {},
  ): Promise<Request> {
    const { credentials, region, service } = this.#options;
    const { accessKeyId } = typeof credentials === 'function' ? await credentials() : credentials;
    const where = signingRegion ?? (typeof region === 'function' ? await region() : region);
    const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
    const scope = `${day}/${where}/${signingService ?? service}/aws4_request`;
    // The request that was given stays unsigned: another attempt starts from it.
    const signed: Request = Object.assign(Object.create(Object.getPrototypeOf(request)), request);
    signed.headers = { ...request.headers, authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}` };
    return signed;
  }
}
