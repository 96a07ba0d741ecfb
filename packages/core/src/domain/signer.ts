import { hex } from '../digest/hex.ts';
import { hmac, sameText } from '../digest/hmac.ts';
import type { Hasher } from '../digest/running-hash.ts';
import type { Store } from '../storage/commit.ts';
import { keys } from '../storage/keys.ts';
import { encodeUtf8 } from '../utf8.ts';
import { fromBase64Url, toBase64Url } from './text.ts';

const macDigits = 32;

/**
 * The maximum length of a token; the registry's own have a few hundred characters. A longer text is not even decoded.
 */
export const longestToken = 2048;

/**
 * Makes and opens the opaque tokens that a registry gives out. A token is valid only for the scope that it was made
 * for. A token of another scope, or one that was altered, cannot be opened.
 */
export class Signer {
  readonly #store: Store;
  readonly #hasher: Hasher;
  readonly #secret: string | undefined;
  #kept: { generation?: number; key?: Uint8Array } = {};

  /** @param secret the secret to sign with; by default one that is made at the first use and kept in the store */
  constructor(store: Store, hasher: Hasher, secret?: string) {
    this.#store = store;
    this.#hasher = hasher;
    this.#secret = secret;
  }

  /** Forgets the key, because the store has been given other contents. It is read again at the next use. */
  forget(): void {
    this.#kept = { generation: this.#store.generation };
  }

  /** Makes a token of characters that need no escaping anywhere. */
  async seal(scope: string, payload: string): Promise<string> {
    return `${toBase64Url(payload)}.${await this.#mac(scope, payload)}`;
  }

  /** Gives the payload of a token; undefined if it is not a token that `seal` made for this scope. */
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

  /** Caches the key, never the promise: in a Worker, another request's pending read may never settle. */
  async #key(): Promise<Uint8Array> {
    // If the store's contents are gone, so is its key. A process that opens it later would have another one.
    if (this.#kept.generation !== this.#store.generation) this.forget();
    const kept = this.#kept;
    kept.key ??= await this.#storedKey();
    return kept.key;
  }

  /**
   * Reads the key from the registry, or makes it there, so that tokens stay valid when the registry is opened again.
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
