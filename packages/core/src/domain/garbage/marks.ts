import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn } from '../next-turn.ts';

/**
 * How old a record must be, and for how long it must have been marked for removal, before the garbage collector removes
 * the record.
 */
export interface Waits {
  /** A time in milliseconds since 1970. Records that were added after this time are not removed. */
  readonly before: number;
  /**
   * The minimum time, in milliseconds, between the marking of a record for removal and the removal of the record.
   * During this time, each process gets to see the mark.
   */
  readonly lag: number;
}

/**
 * The number of records that are marked, unmarked or removed before other requests can run. Each of these steps is one
 * transaction.
 */
const marksPerTurn = 500;

type Marked = { readonly [member: string]: Json } & { readonly doomed?: number };

/** Marks a record for removal, unless it is already marked. Returns the time of the mark in milliseconds since 1970. */
function mark(context: Context, key: string): Promise<number> {
  return context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    const doomed = value?.doomed ?? context.clock();
    if (value !== undefined && value.doomed === undefined) transaction.put(key, { ...value, doomed });
    return doomed;
  });
}

/** Removes the mark for removal from a record, so that the record stays. Does nothing if the record was deleted. */
async function unmark(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    if (value?.doomed === undefined) return;
    const { doomed: _, ...kept } = value;
    transaction.put(key, kept);
  });
}

/**
 * The functions that `markAndRemove` calls: `findNeeded` checks again which of the marked records are needed, and
 * `remove` removes a record that is not needed.
 */
interface Removal {
  /**
   * Reads all references to the records again. Returns a function that says whether the record under a storage key is
   * still needed.
   */
  findNeeded(): Promise<(key: string) => boolean>;
  /** Removes the record under a key if the record is still marked. */
  remove(key: string): Promise<void>;
}

/**
 * Marks the records under the keys `candidates` for removal, and then checks again whether each of them is needed. If a
 * record is needed, removes only the mark. If a record is not needed, and its mark is at least `lag` milliseconds old,
 * removes the record.
 */
export async function markAndRemove(
  context: Context,
  candidates: readonly string[],
  { lag }: Waits,
  { findNeeded, remove }: Removal,
): Promise<void> {
  if (candidates.length === 0) return;
  const marked = new Map<string, number>();
  for (const [i, key] of candidates.entries()) {
    marked.set(key, await mark(context, key));
    if (i % marksPerTurn === marksPerTurn - 1) await nextTurn();
  }
  const isNeeded = await findNeeded();
  let seen = 0;
  for (const [key, since] of marked) {
    if (isNeeded(key)) await unmark(context, key);
    else if (context.clock() - since >= lag) await remove(key);
    if (++seen % marksPerTurn === 0) await nextTurn();
  }
}
