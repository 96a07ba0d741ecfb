import { defaultHasher, hmac, type Identity, sameText } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { identityOf, keyFinder } from './keys.ts';
import type { AccessOptions } from './options.ts';
import { readPublicKey } from './public-key.ts';

/** A caller as the options of the registry name it at present, and its secret. A caller without a secret has none. */
interface Present {
  readonly identity: Identity;
  readonly secret?: string;
}

/** Says which callers of tokens still have rights, and which rights. */
export interface PresentCallers {
  /**
   * Returns the identity of a token with its present rights. Returns undefined if the caller has no rights any more, or
   * has another secret than when the token was issued.
   */
  readonly currentOf: (identity: Identity) => Promise<Identity | undefined>;
  /** Returns the identity of a caller with the proof of its present secret, for a token. */
  readonly provenOf: (identity: Identity) => Promise<Identity>;
}

const proofDigits = 16;
/** The maximum number of proofs that are kept in memory. */
const mostProofs = 1000;
/** The proofs of secrets. The proof of a secret is needed for each call, and is always the same. */
const proofs = new Map<string, string>();

async function proofOf(secret: string): Promise<string> {
  const known = proofs.get(secret);
  if (known !== undefined) return known;
  const proof = (await hmac(defaultHasher, encodeUtf8(secret), 'proof of a token')).slice(0, proofDigits);
  if (proofs.size >= mostProofs) proofs.clear();
  proofs.set(secret, proof);
  return proof;
}

/** Returns an identity with a proof: a text that follows from the secret, and from which nobody can compute the secret. */
export async function withProof({ identity, secret }: Present): Promise<Identity> {
  if (secret === undefined || identity.kind === 'anonymous') return identity;
  return { ...identity, proof: await proofOf(secret) };
}

export function presentCallers(access: AccessOptions, ownAccount: string): PresentCallers {
  const { anonymousPull = false, users = [], jwt } = access;
  const findKey = keyFinder(access.keys);

  /** Finds the caller that an identity means. Returns undefined if the options name no such caller any more. */
  async function find(identity: Identity): Promise<Present | undefined> {
    if (identity.kind === 'anonymous') return anonymousPull ? { identity } : undefined;
    if (identity.kind === 'user') {
      if (identity.source === 'jwt') return jwt && { identity, secret: JSON.stringify(readPublicKey(jwt.publicKey)) };
      const user = users.find(({ name }) => name === identity.name);
      return user && { identity: { ...identity, rights: user.rights }, secret: user.password };
    }
    const { accessKeyId } = identity;
    // The program itself has issued the token.
    if (accessKeyId === undefined) return { identity };
    const key = await findKey(accessKeyId);
    if (!key) return undefined;
    const current = identityOf(key, ownAccount);
    const isSame = current.arn === identity.arn && current.accountId === identity.accountId;
    return isSame ? { identity: current, secret: key.secretAccessKey } : undefined;
  }

  return {
    async currentOf(identity) {
      const present = await find(identity);
      const proven = present && (await withProof(present));
      return proven && sameText(proofIn(proven), proofIn(identity)) ? proven : undefined;
    },

    async provenOf(identity) {
      const present = await find(identity);
      return present ? withProof(present) : identity;
    },
  };
}

const proofIn = (identity: Identity): string => (identity.kind === 'anonymous' ? '' : (identity.proof ?? ''));
