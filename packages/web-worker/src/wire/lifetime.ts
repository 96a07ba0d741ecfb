/** The time for which a connection or a call lasts. Calls and streams fail when it ends. */
export interface Lifetime {
  /** Undefined until the lifetime ends. */
  readonly ending: { readonly reason: unknown } | undefined;
  /** Calls `listener` once when the lifetime ends, if it has not ended yet. Returns a function that removes `listener`. */
  onEnd(listener: (reason: unknown) => void): () => void;
}

/**
 * A lifetime that ends when `end` is called. An AbortSignal is not used, because it needs longer for each listener the
 * more listeners it has, and thousands of calls may be in progress.
 */
export class OpenLifetime implements Lifetime {
  readonly #listeners = new Set<(reason: unknown) => void>();
  #ending: { readonly reason: unknown } | undefined;

  get ending(): { readonly reason: unknown } | undefined {
    return this.#ending;
  }

  onEnd(listener: (reason: unknown) => void): () => void {
    if (!this.#ending) this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  end(reason: unknown): void {
    if (this.#ending) return;
    this.#ending = { reason };
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener(reason);
  }
}

/**
 * Returns a lifetime that ends when another one ends or when the signal aborts. `AbortSignal.any` does not exist in Node
 * before 20.3 and in Safari before 17.4.
 */
export const unlessAbortedBy = (lifetime: Lifetime, signal: AbortSignal): Lifetime => ({
  get ending() {
    return lifetime.ending ?? (signal.aborted ? { reason: signal.reason } : undefined);
  },
  onEnd(listener) {
    const onAbort = () => {
      forget();
      listener(signal.reason);
    };
    const forget = lifetime.onEnd((reason) => {
      signal.removeEventListener('abort', onAbort);
      listener(reason);
    });
    signal.addEventListener('abort', onAbort, { once: true });
    return () => {
      forget();
      signal.removeEventListener('abort', onAbort);
    };
  },
});
