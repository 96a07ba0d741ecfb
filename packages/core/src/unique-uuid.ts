let own: string | undefined;
let n = 0;

const randomDigit = (): string => Math.floor(Math.random() * 16).toString(16);

/**
 * Makes a UUID (RFC 9562, version 8) that is unique, but can be guessed. The engine uses such UUIDs as versions of
 * records and ids of repositories.
 *
 * `crypto` is not used, because Node takes 5 ms to load `crypto`, and each test file would wait for 5 ms. The last
 * digits count up, so the UUIDs of a process differ even if a test replaces `Math.random`.
 */
export function uniqueUuid(): string {
  own ??= 'xxxxxxxx-xxxx-8xxx-8xxx'.replace(/x/g, randomDigit);
  return `${own}-${(n++).toString(16).padStart(12, '0')}`;
}
