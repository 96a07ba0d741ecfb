import { noRoom } from '@coracle/core/storage-kit';

/**
 * This file makes the errors of `indexedDbStorage`. Each error text says in which database a call failed, why, and what
 * to do.
 */

const quoted = (text: string): string => JSON.stringify(text);

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
export const isCalled = (cause: unknown, name: string): boolean => cause instanceof Error && cause.name === name;

export const noIndexedDb =
  'indexedDbStorage needs IndexedDB, which is not available here. Node does not have IndexedDB, and some browsers disable it in private windows. Keep the registry in memoryStorage() instead.';

export function unopened(name: string, version: number, cause: unknown): Error {
  const start = `indexedDbStorage cannot open the database ${quoted(name)}: `;
  if (isCalled(cause, 'QuotaExceededError')) return noRoom(`${start}${noRoomText}`, cause);
  const why = isCalled(cause, 'VersionError')
    ? `a newer version of Coracle wrote it, and this version reads only schemas up to version ${version}. Load the newer version (reload the page), or open a database with another name.`
    : said(cause);
  return new Error(`${start}${why}`, { cause });
}

export const notOurs = (name: string): string =>
  `indexedDbStorage cannot use the database ${quoted(name)}: something else made it. Choose another name.`;

export const heldByOthers = (name: string, what: 'upgraded' | 'deleted'): string =>
  `The database ${quoted(name)} cannot be ${what} yet: another tab or worker of this site has it open and does not close it. Close the other tabs of this site. The database is ${what} as soon as they are closed.`;

export const wasClosed = (name: string): string =>
  `indexedDbStorage can no longer use the database ${quoted(name)}: this program closed the storage. Make another storage with indexedDbStorage().`;

export const emptied = (name: string): string =>
  `All data of the database ${quoted(name)} is lost: the database was deleted, or the data of this site was cleared. This call wrote nothing. The next call starts with an empty database.`;

const advice = 'Nothing was written. Delete images, or other data of this site, and try again.';
const noRoomText = `the browser gives this site no more space. ${advice}`;

/** The facts about a failed call that decide its error text. */
interface Failing {
  /** Whether the call was going to write to the database. */
  readonly writes: boolean;
  /** Whether the browser has closed the database. */
  readonly closed: boolean;
}

/**
 * Returns the error for a failed call. `doing` names the call, and `name` is the name of the database. If the disk is
 * full, the error's name is `QuotaExceededError`, as the browser names it.
 */
export function failed(doing: string, name: string, cause: unknown, { writes, closed }: Failing): Error {
  const start = `indexedDbStorage cannot ${doing} in the database ${quoted(name)}: `;
  if (closed)
    return new Error(`${start}the browser closed the database. Try again: the next call opens the database again.`, {
      cause,
    });
  if (isCalled(cause, 'QuotaExceededError')) return noRoom(`${start}${noRoomText}`, cause);
  // WebKit reports a full disk by an UnknownError, or by an AbortError if the commit fails. Firefox sometimes reports
  // an exceeded quota by these errors too.
  if (writes && (isCalled(cause, 'UnknownError') || isCalled(cause, 'AbortError'))) {
    return noRoom(
      `${start}the browser could not write the data (${said(cause)}), most likely because the disk is full. ${advice}`,
      cause,
    );
  }
  return new Error(`${start}${said(cause)}`, { cause });
}
