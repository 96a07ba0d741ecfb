import { nextTurn } from '../domain/next-turn.ts';
import type { PageStart } from '../domain/pages.ts';
import { longestWait, type Room } from '../domain/room.ts';
import { asPosition } from '../storage/keys.ts';

// This file reads pages of names, as "Listing Tags" of the OCI distribution specification describes them.

export interface NamesPage {
  /** The maximum number of names on the page; by default the page has all names. */
  readonly most?: number;
  /** The page has only names that sort after this name. The name need not exist. */
  readonly last?: string;
}

const mostAtOnce = 1000;
/** The number of names that are read before other requests can run. Reading 10,000 names takes about 10 ms. */
const namesPerTurn = 10 * mostAtOnce;

/**
 * The number of bytes of memory that are reserved while more than 10,000 names are read. A list of a million names
 * needs about 32 MiB.
 */
const longListBytes = 32 * 1024 * 1024;

/**
 * Returns a page of names, sorted by the keys of their records. Calls `list` until the page is full or all names have
 * been read.
 * @param keyOf returns the key of the record with the given name
 * @param list reads up to 1,000 names
 * @throws ServerException if the list is long, and other requests use all the memory of `maxBufferedBytes` for 30
 * seconds
 */
export async function listNames(
  room: Room,
  { most = Number.POSITIVE_INFINITY, last }: NamesPage,
  keyOf: (name: string) => string,
  list: (
    start: PageStart,
  ) => Promise<{ names: readonly string[]; last: string | undefined; resume: string | undefined }>,
): Promise<{ names: string[]; more: boolean }> {
  const names: string[] = [];
  let after = last === undefined ? undefined : keyOf(asPosition(last));
  let resume: string | undefined;
  let held = 0;
  try {
    for (let more = true; more; ) {
      if (names.length >= most) return { names, more: most > 0 };
      if (held === 0 && names.length >= namesPerTurn) {
        if (!room.tryTake(longListBytes)) await room.take(longListBytes, longestWait);
        held = longListBytes;
      }
      const limit = Math.min(mostAtOnce, most - names.length);
      const page = await list({
        limit,
        ...(after === undefined ? {} : { after }),
        ...(resume === undefined ? {} : { resume }),
      });
      names.push(...page.names);
      after = page.last;
      resume = page.resume;
      more = page.last !== undefined;
      if (more && names.length % namesPerTurn === 0) await nextTurn();
    }
    return { names, more: false };
  } finally {
    room.give(held);
  }
}
