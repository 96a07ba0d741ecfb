/** The reason why a push or a pull failed: the registry refused it, refused the login, or could not be reached. */
export type RemoteFailureKind = 'refused' | 'login' | 'unreachable';

/**
 * The error of a push or a pull that a registry refused or broke off. The message says what is wrong, where, and what to
 * do.
 */
export class RemoteError extends Error {
  readonly kind: RemoteFailureKind;

  constructor(kind: RemoteFailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
    this.kind = kind;
  }
}

/** The error of a request that is likely to succeed if it is sent again later. */
export class RetriableError extends Error {
  /** The time in milliseconds that the registry asks to wait. Undefined if the registry does not ask for a time. */
  readonly retryAfter: number | undefined;

  constructor(message: string, { retryAfter, cause }: { retryAfter?: number | undefined; cause?: unknown } = {}) {
    super(message, cause === undefined ? undefined : { cause });
    this.retryAfter = retryAfter;
  }
}

/** Carries an error of the content that is sent. Such an error says nothing about the connection, so it is no reason to retry. */
export class ContentError extends Error {
  constructor(cause: unknown) {
    super('The content could not be read', { cause });
  }
}

/** Returns the code of an error of Node, such as `ECONNRESET`; an empty text if the error has none. */
export const codeOf = (error: unknown): string => (error as { readonly code?: string } | undefined)?.code ?? '';

/** The maximum number of characters of a text of the registry in an error text. */
const maxShown = 300;

/**
 * Returns a text of the registry in the form in which error texts quote it: in one line, without control characters, and
 * cut.
 */
export function shown(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  return line.length > maxShown ? `${line.slice(0, maxShown)}…` : line;
}
