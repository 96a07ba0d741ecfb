import { decodeUtf8 } from '@coracle/core/utf8';

/** The members of a JWK that name a public key for ES256 (RFC 7518, "Parameters for Elliptic Curve Keys"). */
export interface PublicKey {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  readonly x: string;
  readonly y: string;
}

/**
 * Reads the public key of JWTs: a JWK, or the base64 of its JSON. Other members of the JWK are left out, because some
 * platforms refuse a key for other uses.
 * @param at the name of the option or setting in the error text
 * @throws TypeError if the value is not a public key for ES256; the text does not contain the value
 */
export function readPublicKey(given: JsonWebKey | string, at = 'access.jwt.publicKey'): PublicKey {
  const { kty, crv, x, y, d } = Object(typeof given === 'string' ? parsed(given) : given) as JsonWebKey;
  if (d !== undefined) throw new TypeError(`${at} is a private key: give the public key, without \`d\``);
  if (kty !== 'EC' || crv !== 'P-256' || typeof x !== 'string' || typeof y !== 'string') {
    throw new TypeError(
      `${at} must be a public key for ES256: a JWK { kty: "EC", crv: "P-256", x, y }, or the base64 of its JSON`,
    );
  }
  return { kty, crv, x, y };
}

function parsed(base64: string): unknown {
  try {
    const binary = atob(base64.trim().replaceAll('-', '+').replaceAll('_', '/'));
    return JSON.parse(decodeUtf8(Uint8Array.from(binary, (character) => character.charCodeAt(0))));
  } catch {
    return undefined;
  }
}
