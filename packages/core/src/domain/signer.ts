import { joinBytes } from '../bytes.ts';
import { hex } from '../digest/hex.ts';
import { fromHex, hmac, sameText } from '../digest/hmac.ts';
import type { Hasher } from '../digest/running-hash.ts';
import type { Store } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import { decodeUtf8, encodeUtf8 } from '../utf8.ts';
import { bytesFromBase64Url, bytesToBase64Url } from './text.ts';

/**
 * The maximum length of a token, in characters. A longer text is rejected before it is decoded. The tokens of this
 * registry have only a few hundred characters.
 */
export const longestToken = 2048;

/** The first letter of a token. Programs take a text that begins with `-`, as base64url may, as one of their options. */
const firstLetter = 't';
/** The number of bytes of a token that name its key. */
const idBytes = 4;
/** The number of bytes of a token that authenticate its scope and its payload. */
const tagBytes = 16;
/** The number of bytes of one SHA-256. */
const blockBytes = 32;

/** The keys that follow from one secret. */
interface Keys {
  /** Names the secret in a token, in hex. The secret cannot be computed from it. */
  readonly id: string;
  readonly authentication: Uint8Array;
  readonly encryption: Uint8Array;
}

/** The settings of a signer. */
export interface SignerOptions {
  readonly store: Store;
  readonly hasher: Hasher;
  /**
   * The secrets of the program. The first one makes tokens, and each one opens them. By default, the signer makes a random
   * secret at the first use, and keeps it in `store`.
   */
  readonly secrets?: readonly string[] | undefined;
  /**
   * Names the registry. Two registries with the same secret and different names do not open each other's tokens. A secret
   * in `store` belongs to one registry anyway.
   */
  readonly registry: string;
}

/**
 * Makes and opens the opaque tokens that a registry gives to clients. Nobody else can read, make or alter a token. A
 * token opens only for the scope (the purpose) that it was made for.
 *
 * A token is a letter, the name of its key, a tag and the encrypted payload. The tag is an HMAC of the scope and the payload, and
 * it is also the start value of the encryption, as in "Synthetic Initialization Vector (SIV) Authenticated Encryption"
 * (RFC 5297). The key stream is the SHA-256 of the key, the tag and a counter, which have a fixed length together. So one
 * hash function is enough, and `crypto.subtle`, which pages without https do not have, is not needed.
 */
export class Signer {
  readonly #options: SignerOptions;
  #kept: { generation?: number; keys?: readonly Keys[] | undefined } = {};

  constructor(options: SignerOptions) {
    this.#options = options;
  }

  /** Discards the cached keys, because the contents of the store were replaced. The next use reads the secret again. */
  forget(): void {
    this.#kept = { generation: this.#options.store.generation };
  }

  /**
   * Returns a token that contains `payload`. The token opens only for `scope`, a name for the purpose of the token. The
   * characters of the token need no escaping in URLs or JSON.
   */
  async seal(scope: string, payload: string): Promise<string> {
    const [key] = await this.#keys({ toSeal: true });
    if (!key) throw new Error('A signer needs a secret');
    const tag = await this.#tag(key, scope, payload);
    const encrypted = await this.#crypt(key, tag, encodeUtf8(payload));
    return firstLetter + bytesToBase64Url(joinBytes([fromHex(key.id + tag), encrypted]));
  }

  /**
   * Opens a token and returns its payload. Returns undefined if `seal` did not make the token with one of the secrets, or
   * made it for another `scope` (purpose).
   */
  async open(scope: string, token: string): Promise<string | undefined> {
    const isToken = token.startsWith(firstLetter) && token.length <= longestToken;
    const bytes = isToken ? bytesFromBase64Url(token.slice(firstLetter.length)) : undefined;
    if (!bytes || bytes.length < idBytes + tagBytes) return undefined;
    const id = hex(bytes.subarray(0, idBytes));
    const key = (await this.#keys({ toSeal: false })).find((one) => one.id === id);
    if (!key) return undefined;
    const tag = hex(bytes.subarray(idBytes, idBytes + tagBytes));
    const payload = textIn(await this.#crypt(key, tag, bytes.subarray(idBytes + tagBytes)));
    return payload !== undefined && sameText(tag, await this.#tag(key, scope, payload)) ? payload : undefined;
  }

  async #tag({ authentication }: Keys, scope: string, payload: string): Promise<string> {
    const mac = await hmac(this.#options.hasher, authentication, `${scope.length}:${scope}${payload}`);
    return mac.slice(0, 2 * tagBytes);
  }

  /** Encrypts or decrypts bytes. Both are the same operation. */
  async #crypt({ encryption }: Keys, tag: string, bytes: Uint8Array): Promise<Uint8Array> {
    const result = new Uint8Array(bytes.length);
    const block = joinBytes([encryption, fromHex(tag), new Uint8Array(4)]);
    const counter = new DataView(block.buffer, block.length - 4);
    for (let at = 0; at < bytes.length; at += blockBytes) {
      counter.setUint32(0, at);
      const hash = this.#options.hasher('sha256');
      // A hasher may read the bytes after `update` has returned.
      await hash.update(block.slice());
      const stream = fromHex(await hash.digest());
      for (let i = at; i < Math.min(bytes.length, at + blockBytes); i++) {
        result[i] = (bytes[i] ?? 0) ^ (stream[i - at] ?? 0);
      }
    }
    return result;
  }

  /**
   * Returns the keys, of which the first one makes tokens. Caches the keys and not a promise of them, because in a
   * Cloudflare Worker the promise of another request may never settle.
   * @param toSeal whether to make a secret if the store does not contain one. A registry without a secret has made no token
   */
  async #keys({ toSeal }: { readonly toSeal: boolean }): Promise<readonly Keys[]> {
    // If the store's contents are gone, so is its secret. A process that opens it later would have another one.
    if (this.#kept.generation !== this.#options.store.generation) this.forget();
    const kept = this.#kept;
    kept.keys ??= await this.#read(toSeal);
    return kept.keys ?? [];
  }

  async #read(toSeal: boolean): Promise<readonly Keys[] | undefined> {
    const { secrets, registry } = this.#options;
    if (secrets) return Promise.all(secrets.map((secret) => this.#derive(secret, registry)));
    const secret = await this.#storedSecret(toSeal);
    return secret === undefined ? undefined : [await this.#derive(secret, '')];
  }

  async #derive(secret: string, registry: string): Promise<Keys> {
    const { hasher } = this.#options;
    const from = (key: Uint8Array, label: string) => hmac(hasher, key, label);
    const root = fromHex(await from(encodeUtf8(secret), `coracle:${registry}`));
    return {
      id: (await from(root, 'id')).slice(0, 2 * idBytes),
      authentication: fromHex(await from(root, 'authentication')),
      encryption: fromHex(await from(root, 'encryption')),
    };
  }

  /**
   * Returns the secret in the store. If the store has no secret and `toSeal` is set, makes one and stores it, so that
   * tokens stay valid when the registry is opened again.
   */
  #storedSecret(toSeal: boolean): Promise<string | undefined> {
    return this.#options.store.transact(async (transaction) => {
      const stored = await transaction.read<string>(keys.secret);
      if (stored !== undefined || !toSeal) return stored;
      const fresh = hex(crypto.getRandomValues(new Uint8Array(32)));
      transaction.put(keys.secret, fresh);
      return fresh;
    });
  }
}

/** Decodes UTF-8. Returns undefined for other bytes, because several of them would decode to the same text. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return decodeUtf8(bytes, { fatal: true, ignoreBOM: true });
  } catch {
    return undefined;
  }
}
