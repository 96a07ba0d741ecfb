import { randomUuid } from '@coracle/core';

/** A lock that this thread holds for as long as it lives, or until it is released. */
export interface HeldLock {
  readonly name: string;
  release(): void;
}

/**
 * Takes a lock with a new name. Another thread that waits for the lock gets it when this thread ends, whatever ends it.
 * There is no event for that in all browsers. Returns undefined if the platform has no Web Locks, as in pages without
 * https, or does not allow them, as in an iframe with the attribute `sandbox`.
 */
export async function holdLock(): Promise<HeldLock | undefined> {
  const locks = locksHere();
  if (!locks) return undefined;
  const name = `coracle-${randomUuid()}`;
  return new Promise((resolve) => {
    locks
      .request(name, () => new Promise<void>((release) => resolve({ name, release: () => release() })))
      .catch(() => resolve(undefined));
  });
}

/** Calls `call` when the thread that holds the lock has ended or has released it, unless `signal` aborts before. */
export function whenReleased(name: string | undefined, signal: AbortSignal, call: () => void): void {
  if (name === undefined) return;
  locksHere()
    ?.request(name, { signal }, () => call())
    .catch(() => undefined);
}

const locksHere = (): LockManager | undefined =>
  (globalThis as { navigator?: { locks?: LockManager } }).navigator?.locks;
