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
 * The maximum number of hashes that run in WebAssembly at once. Chromium has memory for about 100 instances in a page,
 * however small they are, and the page may need some for itself.
 */
const mostRunning = 64;

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
  const instances = new Instances();
  return (algorithm) => {
    const hash = new WasmHash(algorithm, instances);
    const whole = defaultHasher(algorithm);
    return whole.digestOf ? Object.assign(hash, { digestOf: whole.digestOf.bind(whole) }) : hash;
  };
}

/** The instances of WebAssembly of one hasher. */
class Instances {
  readonly #idle: Record<Algorithm, IHasher[]> = { sha256: [], sha512: [] };
  #running = 0;
  // An upload that is never completed drops its hash without a word.
  readonly #dropped = new FinalizationRegistry<undefined>(() => this.#running--);

  /** Returns an instance that belongs to `hash` until `give`, or undefined if too many hashes run. */
  async take(hash: WasmHash, algorithm: Algorithm): Promise<IHasher | undefined> {
    if (this.#running >= mostRunning) return undefined;
    this.#running++;
    this.#dropped.register(hash, undefined, hash);
    const instance = this.#idle[algorithm].pop() ?? (await (algorithm === 'sha256' ? createSHA256() : createSHA512()));
    return instance.init();
  }

  give(hash: WasmHash, algorithm: Algorithm, instance: IHasher): void {
    this.#dropped.unregister(hash);
    this.#running--;
    if (this.#idle[algorithm].length < mostIdle) this.#idle[algorithm].push(instance);
  }
}

/** A hash in an instance of WebAssembly. If too many of these hashes run, it is a hash of Coracle's own. */
class WasmHash implements RunningHash {
  readonly #algorithm: Algorithm;
  readonly #instances: Instances;
  #running: Promise<RunningHash> | undefined;

  constructor(algorithm: Algorithm, instances: Instances) {
    this.#algorithm = algorithm;
    this.#instances = instances;
  }

  async update(bytes: Uint8Array): Promise<void> {
    await (await this.#start()).update(bytes);
  }

  async digest(): Promise<string> {
    const running = await this.#start();
    this.#running = undefined;
    return running.digest();
  }

  #start(): Promise<RunningHash> {
    this.#running ??= this.#begin();
    return this.#running;
  }

  async #begin(): Promise<RunningHash> {
    const instance = await this.#instances.take(this, this.#algorithm);
    if (instance === undefined) return defaultHasher(this.#algorithm);
    return {
      update: (bytes) => void instance.update(bytes),
      digest: () => {
        const digest = instance.digest();
        this.#instances.give(this, this.#algorithm, instance);
        return digest;
      },
    };
  }
}
