import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn } from '../next-turn.ts';

/** How long the collector waits before it takes something. */
export interface Waits {
  /** Only records that are not younger than this are removed, in milliseconds since 1970. */
  readonly before: number;
  /** How long a mark must exist until everybody has seen it, in milliseconds. */
  readonly lag: number;
}

/** The number of marks that are set or removed before other work gets a turn. Each mark is one transaction. */
const marksPerTurn = 500;

type Marked = { readonly [member: string]: Json } & { readonly doomed?: number };

/** Marks a record, unless it is marked, and returns the time of the mark. */
function mark(context: Context, key: string): Promise<number> {
  return context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    const doomed = value?.doomed ?? context.clock();
    if (value !== undefined && value.doomed === undefined) transaction.put(key, { ...value, doomed });
    return doomed;
  });
}

/** Removes the mark. A record that was deleted stays deleted. */
async function unmark(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read<Marked>(key);
    if (value?.doomed === undefined) return;
    const { doomed: _, ...kept } = value;
    transaction.put(key, kept);
  });
}

/** The functions that look at records again, and remove them. */
interface Removal {
  /** Looks again, and returns a function that says whether a record is needed after all. */
  findNeeded(): Promise<(key: string) => boolean>;
  /** Removes a record if it is still marked. */
  remove(key: string): Promise<void>;
}

/** Marks the candidates, looks again, and removes those that are still not needed and have been marked for long enough. */
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
