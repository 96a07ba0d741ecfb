import { hex } from '../digest/hex.ts';
import { hmac, sameText } from '../digest/hmac.ts';
import type { Hasher } from '../digest/running-hash.ts';
import type { Store } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import { encodeUtf8 } from '../utf8.ts';
import { fromBase64Url, toBase64Url } from './text.ts';

const macDigits = 32;

/**
 * The maximum length of a token, in characters. A longer text is rejected before it is decoded. The tokens of this
 * registry have only a few hundred characters.
 */
export const longestToken = 2048;

/**
 * Makes and verifies the opaque, signed tokens that a registry gives to clients. A token is valid only for the scope
 * (the purpose) that it was made for. A token of another scope, or a token that was altered, is rejected.
 */
export class Signer {
  readonly #store: Store;
  readonly #hasher: Hasher;
  readonly #secret: string | undefined;
  #kept: { generation?: number; key?: Uint8Array } = {};

  /**
   * @param secret the secret that tokens are signed with. By default, the signer makes a random secret at the first
   * use, and keeps it in `store`
   */
  constructor(store: Store, hasher: Hasher, secret?: string) {
    this.#store = store;
    this.#hasher = hasher;
    this.#secret = secret;
  }

  /**
   * Discards the cached signing key, because the contents of the store were replaced. The next use reads the key again.
   */
  forget(): void {
    this.#kept = { generation: this.#store.generation };
  }

  /**
   * Returns a signed token that contains `payload`. The token is valid only for `scope`, a name for the purpose of the
   * token. The characters of the token need no escaping in URLs or JSON.
   */
  async seal(scope: string, payload: string): Promise<string> {
    return `${toBase64Url(payload)}.${await this.#mac(scope, payload)}`;
  }

  /**
   * Verifies a token and returns its payload. Returns undefined if `seal` did not make the token, or made it for
   * another `scope` (purpose).
   */
  async open(scope: string, token: string): Promise<string | undefined> {
    const [encoded = '', mac = '', ...more] = token.split('.');
    const payload = more.length === 0 ? fromBase64Url(encoded) : undefined;
    if (payload === undefined || !sameText(mac, await this.#mac(scope, payload))) return undefined;
    return payload;
  }

  async #mac(scope: string, payload: string): Promise<string> {
    const mac = await hmac(this.#hasher, await this.#key(), `${scope.length}:${scope}${payload}`);
    return mac.slice(0, macDigits);
  }

  /**
   * Returns the signing key. Caches the key and not a promise of the key, because in a Cloudflare Worker the promise of
   * another request may never settle.
   */
  async #key(): Promise<Uint8Array> {
    // If the store's contents are gone, so is its key. A process that opens it later would have another one.
    if (this.#kept.generation !== this.#store.generation) this.forget();
    const kept = this.#kept;
    kept.key ??= await this.#storedKey();
    return kept.key;
  }

  /**
   * Returns the signing key: the secret that was given to the constructor, or the secret in the store. If the store has
   * no secret, makes one and stores it, so that tokens stay valid when the registry is opened again.
   */
  async #storedKey(): Promise<Uint8Array> {
    if (this.#secret !== undefined) return encodeUtf8(this.#secret);
    const secret = await this.#store.transact(async (transaction) => {
      const stored = await transaction.read<string>(keys.secret);
      if (stored !== undefined) return stored;
      const fresh = hex(crypto.getRandomValues(new Uint8Array(32)));
      transaction.put(keys.secret, fresh);
      return fresh;
    });
    return encodeUtf8(secret);
  }
}
