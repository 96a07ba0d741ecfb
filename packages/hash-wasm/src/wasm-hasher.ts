import { type Algorithm, defaultHasher, type Hasher, type RunningHash } from '@coracle/core';
import { createSHA256, createSHA512, type IHasher } from 'hash-wasm';

/** The smallest module of WebAssembly: its magic number and its version. */
const emptyModule = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);

/**
 * The maximum number of instances that are kept for further hashes of an algorithm. Each instance has memory of its
 * own.
 */
const mostIdle = 8;

/**
 * Returns a hasher for the option `hasher` that hashes chunks of content in WebAssembly, by hash-wasm. If the platform
 * has `crypto.subtle` and no faster way, the hasher leaves content that is whole in one array to `crypto.subtle`.
 * @throws Error if the platform does not compile WebAssembly from bytes, for example in Cloudflare Workers
 */
export function wasmHasher(): Hasher {
  try {
    new WebAssembly.Module(emptyModule);
  } catch (cause) {
    throw new Error(
      "wasmHasher() cannot be used here, because this platform does not compile WebAssembly from bytes. Cloudflare Workers never do, and a page does only if its Content-Security-Policy allows 'wasm-unsafe-eval'. Leave out the option hasher: Coracle then uses the fastest hasher of the platform",
      { cause },
    );
  }
  const idle: Record<Algorithm, IHasher[]> = { sha256: [], sha512: [] };
  return (algorithm) => {
    const hash = new WasmHash(algorithm, idle[algorithm]);
    const whole = defaultHasher(algorithm);
    return whole.digestOf ? Object.assign(hash, { digestOf: whole.digestOf.bind(whole) }) : hash;
  };
}

/** A hash in an instance of WebAssembly, which the next hash can use after `digest`. */
class WasmHash implements RunningHash {
  readonly #algorithm: Algorithm;
  readonly #idle: IHasher[];
  #instance: Promise<IHasher> | undefined;

  constructor(algorithm: Algorithm, idle: IHasher[]) {
    this.#algorithm = algorithm;
    this.#idle = idle;
  }

  async update(bytes: Uint8Array): Promise<void> {
    (await this.#start()).update(bytes);
  }

  async digest(): Promise<string> {
    const instance = await this.#start();
    const digest = instance.digest();
    this.#instance = undefined;
    if (this.#idle.length < mostIdle) this.#idle.push(instance);
    return digest;
  }

  #start(): Promise<IHasher> {
    this.#instance ??= this.#begin();
    return this.#instance;
  }

  async #begin(): Promise<IHasher> {
    const instance = this.#idle.pop() ?? (await (this.#algorithm === 'sha256' ? createSHA256() : createSHA512()));
    return instance.init();
  }
}
