import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn } from '../next-turn.ts';

/** The minimum ages that a record and its mark must have before the garbage collector removes the record. */
export interface Waits {
  /**
   * The latest time, in milliseconds since 1970, at which a record may have been added. Newer records are not removed.
   */
  readonly before: number;
  /**
   * The minimum age of a mark, in milliseconds, so that each process has seen the mark before its record is removed.
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

/** Removes the mark from a record. Does nothing if the record was deleted. */
async function unmark(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    if (value?.doomed === undefined) return;
    const { doomed: _, ...kept } = value;
    transaction.put(key, kept);
  });
}

/** The functions that `markAndRemove` calls to check again whether records are needed, and to remove them. */
interface Removal {
  /** Reads all references again. Returns a function that says whether the record under a key is needed. */
  findNeeded(): Promise<(key: string) => boolean>;
  /** Removes the record under a key if the record is still marked. */
  remove(key: string): Promise<void>;
}

/**
 * Marks the candidates for removal, and checks again whether they are needed. Removes a candidate if it is not needed
 * and its mark is at least `lag` milliseconds old. Removes only the mark if a candidate is needed.
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
