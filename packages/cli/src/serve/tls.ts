import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { createSecureContext } from 'node:tls';
import { checkMembers, type MembersOf } from './known-members.ts';

/**
 * The certificate and the private key of a server that speaks HTTPS. Both are contents in PEM form, not names of files.
 */
export interface TlsOptions {
  /** The certificate in PEM form, followed by the certificates of its issuers. */
  readonly cert: string | Uint8Array;
  /** The private key of the certificate in PEM form, without a passphrase. */
  readonly key: string | Uint8Array;
}

const members: MembersOf<TlsOptions> = { cert: true, key: true };

/**
 * Checks a certificate and its private key.
 * @throws TypeError if one of them is missing or invalid, or if the key does not belong to the certificate
 */
export function checkTls(tls: TlsOptions): void {
  if (typeof tls !== 'object' || tls === null)
    // The type and not the value, which may be a private key.
    throw new TypeError(`tls must be an object { cert, key }, not ${tls === null ? 'null' : `a ${typeof tls}`}`);
  checkMembers(['tls', 'member'], tls, members);
  const { cert, key } = tls;
  if (cert === undefined) throw new TypeError('tls.cert is missing, and tls.key needs it: give both');
  if (key === undefined) throw new TypeError('tls.key is missing, and tls.cert needs it: give both');
  const certificate = attempt(() => new X509Certificate(cert), 'tls.cert must be a certificate in PEM form');
  const sentence = 'tls.key must be a private key in PEM form without a passphrase';
  const privateKey: KeyObject = attempt(() => createPrivateKey(Buffer.from(key)), sentence);
  if (!certificate.checkPrivateKey(privateKey))
    throw new TypeError('tls.key is not the private key of tls.cert: give the two that belong together');
  attempt(() => createSecureContext(contextOf(tls)), 'tls.cert and tls.key must be a pair that OpenSSL accepts');
}

/** Converts the certificate and its key to the form that Node's module `tls` takes. */
export const contextOf = ({ cert, key }: TlsOptions): { cert: Buffer; key: Buffer } => ({
  cert: Buffer.from(cert),
  key: Buffer.from(key),
});

function attempt<T>(make: () => T, sentence: string): T {
  try {
    return make();
  } catch (cause) {
    throw new TypeError(
      `${sentence}. Node.js cannot use the given certificate or key: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}
