import { nextTurn } from '../domain/next-turn.ts';
import type { PageStart } from '../domain/pages.ts';
import { longestWait, type Room } from '../domain/room.ts';
import { asPosition } from '../storage/keys.ts';

/** Lists of names, as "Listing Tags" of the OCI distribution specification pages them. */

export interface NamesPage {
  /** The maximum number of names; all names if it is not given. */
  readonly most?: number;
  /** Only names that sort after this one are listed. It need not exist. */
  readonly last?: string;
}

const mostAtOnce = 1000;
/** The number of names that are read before other work gets a turn. Reading them takes some 10 ms. */
const namesPerTurn = 10 * mostAtOnce;

/** The bytes of room that a longer list takes while it is read. A million names are about as large. */
const longListBytes = 32 * 1024 * 1024;

/**
 * Lists the names of records by key, in as many reads as it takes.
 * @param keyOf the key of the record with this name
 * @throws ServerException if the list is long and no room for it becomes free in time
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
