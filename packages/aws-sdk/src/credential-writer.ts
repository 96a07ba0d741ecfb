/** The part of the SDK's own signer's options that is used here. */
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
 * A replacement for the SDK's signer. It writes only the caller, the region and the service: the `Credential` of an
 * Authorization header ("Signature Version 4", "Add the signature to the request"). In process nobody checks the
 * signature, and for a large body its digest costs more than the call itself.
 *
 * It is where the SDK looks for a class of signers. If an SDK did not look there, it would sign at its own cost, and
 * name the same caller.
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
