let own: string | undefined;
let n = 0;

const hexDigits = (count: number): string =>
  Math.floor(Math.random() * 16 ** count)
    .toString(16)
    .padStart(count, '0');

const fresh = (): string => `${hexDigits(8)}-${hexDigits(4)}-8${hexDigits(3)}-8${hexDigits(3)}`;

/**
 * Makes a UUID (RFC 9562, version 8) that is unique, but can be guessed. The engine uses such UUIDs as versions of
 * records and ids of repositories.
 *
 * `crypto` is not used, because Node takes 5 ms to load `crypto`, and each test file would wait for 5 ms. The last
 * digits count up, so the UUIDs of a process differ even if a test replaces `Math.random`.
 */
export function uniqueUuid(): string {
  own ??= fresh();
  return `${own}-${(n++).toString(16).padStart(12, '0')}`;
}
