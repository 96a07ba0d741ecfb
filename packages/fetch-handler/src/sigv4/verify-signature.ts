import { defaultHasher, fromHex, type Hasher, hmac, sameText } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { expiredToken, unknownKey, wrongSignature } from './errors.ts';
import { algorithm, type Signature, type SignatureClaims } from './read-signature.ts';

/** A secret access key. Temporary credentials also have a session token, and expire. */
export interface SecretKey {
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
  readonly expiration?: Date | undefined;
}

/** The facts from which `verifySignature` computes the expected signature. */
export interface VerifySignatureOptions {
  /**
   * Returns the secret access key of an access key id, or undefined if no such access key exists. If the function returns
   * the same object each time, the signing key of a day is computed only once.
   */
  readonly findKey: (accessKeyId: string) => SecretKey | undefined | Promise<SecretKey | undefined>;
  /** The SHA-256 of the body of the request, in lower-case hex. A request without a body has the hash of no bytes. */
  readonly bodyHash: string;
  /** The hasher that computes the signature; the fastest hasher of the platform by default. */
  readonly hasher?: Hasher | undefined;
}

// The signature of an unknown access key is computed with this key, so that the answer takes the same time.
const noKey: SecretKey = { secretAccessKey: '0'.repeat(40) };

/**
 * Verifies a signature that `readSignature` has read, and returns the access key that signed the request.
 * @throws UnrecognizedClientException if the access key id is unknown, or if the session token is not the key's
 * @throws InvalidSignatureException if the signature is wrong: the request was altered, or signed with another secret
 * @throws ExpiredTokenException if the access key has expired
 */
export async function verifySignature(signature: Signature, options: VerifySignatureOptions): Promise<SignatureClaims> {
  const { bodyHash, findKey, hasher = defaultHasher } = options;
  const { claims, announcedHash = bodyHash } = signature;
  const found = await findKey(claims.accessKeyId);
  // A database may return null, or an object without a secret. A signature with such a secret proves nothing.
  const isKnown = typeof found?.secretAccessKey === 'string' && found.secretAccessKey !== '';
  const secretKey = isKnown ? found : noKey;
  const { sessionToken = '', expiration } = secretKey;

  const expected = await sign(hasher, signature, { secretKey, payloadHash: announcedHash });
  const isSigned = sameText(expected, signature.signature);
  const hasToken = sameText(sessionToken, claims.sessionToken ?? '');
  const isBody = announcedHash === bodyHash || announcedHash === 'UNSIGNED-PAYLOAD';

  if (!isKnown || !hasToken) throw unknownKey();
  if (!isSigned || !isBody) throw wrongSignature();
  if (expiration !== undefined && expiration.getTime() <= signature.readAt) throw expiredToken();
  return claims;
}

/** Computes a signature in hex (AWS documentation of Signature Version 4, "Calculate the signature"). */
async function sign(
  hasher: Hasher,
  { scope, timestamp, canonicalHead }: Signature,
  { secretKey, payloadHash }: { readonly secretKey: SecretKey; readonly payloadHash: string },
): Promise<string> {
  const hash = hasher('sha256');
  await hash.update(encodeUtf8(`${canonicalHead}\n${payloadHash}`));
  const text = [algorithm, timestamp, scope, await hash.digest()].join('\n');
  return hmac(hasher, await signingKey(hasher, secretKey, scope), text);
}

/** The signing key of a secret key for one scope. */
interface SigningKey {
  readonly secretAccessKey: string;
  readonly scope: string;
  readonly bytes: Uint8Array;
}

// A client signs all requests of a day with one signing key. The key is dropped with the object that `findKey` returned.
const lastKeys = new WeakMap<SecretKey, SigningKey>();

async function signingKey(hasher: Hasher, secretKey: SecretKey, scope: string): Promise<Uint8Array> {
  const { secretAccessKey } = secretKey;
  const last = lastKeys.get(secretKey);
  if (last?.scope === scope && last.secretAccessKey === secretAccessKey) return last.bytes;
  let bytes: Uint8Array = encodeUtf8(`AWS4${secretAccessKey}`);
  for (const element of scope.split('/')) bytes = fromHex(await hmac(hasher, bytes, element));
  lastKeys.set(secretKey, { secretAccessKey, scope, bytes });
  return bytes;
}
