/** What a storage says when it cannot: in which database, why, and what to do. */

const quoted = (text: string): string => JSON.stringify(text);

const said = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
export const isCalled = (cause: unknown, name: string): boolean => cause instanceof Error && cause.name === name;

export const noIndexedDb =
  'indexedDbStorage needs IndexedDB, and there is none here: Node has none, and some browsers keep it from private windows. Keep the registry in memoryStorage() instead.';

export function unopened(name: string, version: number, cause: unknown): string {
  const start = `indexedDbStorage cannot open the database ${quoted(name)}: `;
  return isCalled(cause, 'VersionError')
    ? `${start}it was written by a newer version of Coracle, and this one knows its schema only up to version ${version}. Load the newer one (reload the page), or open a database of another name.`
    : `${start}${said(cause)}`;
}

export const notOurs = (name: string): string =>
  `indexedDbStorage cannot use the database ${quoted(name)}: something else made it. Choose another name.`;

export const heldByOthers = (name: string, what: 'upgraded' | 'deleted'): string =>
  `The database ${quoted(name)} cannot be ${what} yet: another tab or worker of this site has it open and does not let go. Close the site's other tabs; it is ${what} as soon as they are gone.`;

/** Why a storage can use its database no longer. */
export const ends = {
  closed: 'this program closed it. Make another storage with indexedDbStorage().',
  deleted: 'it was deleted. Reload the page to begin with an empty one.',
  upgraded: 'a newer version of Coracle, in another tab, has upgraded it. Reload the page.',
  terminated: 'the browser closed it, as it does when the data of a site is cleared. Reload the page.',
} as const;

export const ended = (name: string, end: keyof typeof ends): string =>
  `indexedDbStorage can use the database ${quoted(name)} no longer: ${ends[end]}`;

export function failed(doing: string, name: string, cause: unknown): string {
  const start = `indexedDbStorage cannot ${doing} in the database ${quoted(name)}: `;
  return isCalled(cause, 'QuotaExceededError')
    ? `${start}the browser gives this site no more room. Nothing was written. Remove what is not needed, here or of the site's other data, and try again.`
    : `${start}${said(cause)}`;
}
