import { codeOf, RemoteError, RetriableError } from './failure.ts';

/** The functions on which waiting depends, so that tests need not wait. */
export interface Patience {
  /** Resolves after some milliseconds. Rejects with the reason of the signal if the signal aborts before. */
  readonly wait: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
  /** Returns a number from 0 to 1. */
  readonly random: () => number;
  /** Returns the time in milliseconds. */
  readonly now: () => number;
}

/** The limits of retries. */
export const retryLimits = {
  /** The maximum number of failures one after the other, without any progress between them. */
  failures: 8,
  /** The first wait in milliseconds. Each further wait is twice as long. */
  firstWait: 500,
  longestWait: 30_000,
  /** The longest time in milliseconds that a registry can ask for with Retry-After. */
  longestRetryAfter: 300_000,
} as const;

/** The codes of the errors of Node after which a request is sent again. */
const brokenCodes: ReadonlySet<string> = new Set([
  ...['ECONNRESET', 'ECONNABORTED', 'ECONNREFUSED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN'],
  // macOS answers ENOTFOUND, and Linux EAI_AGAIN, while it has no network.
  ...['ENOTFOUND', 'EAI_AGAIN', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_SOCKET_CLOSED', 'ERR_STREAM_DESTROYED'],
]);

/** Matches the codes of bytes that are not HTTP, and of encrypted bytes that are damaged. */
const damagedCode = /^(?:HPE_|ERR_SSL_)/;

/** Returns whether a request failed because its connection broke. */
export function isBroken(error: unknown): boolean {
  const code = codeOf(error);
  return brokenCodes.has(code) || damagedCode.test(code);
}

/** Counts failures, and waits between two tries. Each failure is followed by a longer wait. */
export class Retries {
  readonly #patience: Patience;
  readonly #signal: AbortSignal | undefined;
  readonly #notify: (text: string) => void;
  #failures = 0;

  constructor(patience: Patience, signal: AbortSignal | undefined, notify: (text: string) => void) {
    this.#patience = patience;
    this.#signal = signal;
    this.#notify = notify;
  }

  /** Forgets the failures so far, because something went on. */
  progress(): void {
    this.#failures = 0;
  }

  /**
   * Waits before the next try.
   * @throws the given error if it is no reason for another try
   * @throws RemoteError if there were too many failures, or if the registry asks for a long time
   */
  async after(error: unknown): Promise<void> {
    this.#signal?.throwIfAborted();
    if (!(error instanceof RetriableError) && !isBroken(error)) throw error;
    this.#failures++;
    const why = error instanceof Error ? error.message : String(error);
    const { retryAfter } = error instanceof RetriableError ? error : { retryAfter: undefined };
    if (this.#failures > retryLimits.failures || (retryAfter ?? 0) > retryLimits.longestRetryAfter) {
      const isLong = (retryAfter ?? 0) > retryLimits.longestRetryAfter;
      const later = isLong ? `after ${Math.ceil((retryAfter ?? 0) / 1000)} seconds` : 'later';
      throw new RemoteError(
        'unreachable',
        `The registry failed ${this.#failures} times one after the other, the last time with: ${why}. Run the same command again ${later}`,
        { cause: error },
      );
    }
    const wait = Math.max(retryAfter ?? 0, this.#backOff());
    this.#notify(`${why}; next try in ${(wait / 1000).toFixed(1)} s`);
    await this.#patience.wait(wait, this.#signal);
  }

  /** Returns the next wait: half of it is fixed, and half of it is random, so that clients do not return all at once. */
  #backOff(): number {
    const full = Math.min(retryLimits.firstWait * 2 ** (this.#failures - 1), retryLimits.longestWait);
    return full / 2 + (full / 2) * this.#patience.random();
  }
}

/** Reads a Retry-After header (RFC 9110, "Retry-After"): seconds, or a date. Returns milliseconds. */
export function retryAfterOf(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d{1,9}$/.test(header.trim())) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
