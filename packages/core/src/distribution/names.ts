import { nextTurn } from '../domain/next-turn.ts';
import type { PageStart } from '../domain/pages.ts';
import { longestWait, type Room } from '../domain/room.ts';
import { asPosition } from '../storage/keys.ts';

/** Lists of names, as "Listing Tags" of the OCI distribution specification pages them. */

export interface NamesPage {
  /** At most this many; all where it is not given. */
  readonly most?: number;
  /** Only names that sort after this one, which need not exist. */
  readonly last?: string;
}

const mostAtOnce = 1000;
/** How many names are read in one go, which takes some 10 ms. */
const namesPerTurn = 10 * mostAtOnce;

/** The room that a longer list takes while it is read, in bytes: a million names are about as much. */
const longListBytes = 32 * 1024 * 1024;

/**
 * Names of records by key, from as many lists as it takes.
 * @param keyOf the key of the record with this name
 * @throws ServerException if the list is long and there is no room for it
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
