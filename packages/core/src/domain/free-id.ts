import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';

/**
 * Gives the first id that is not taken: `first`, or one of those that `ids` gives next.
 *
 * Ids that count up start again in a new process and after a restore, when many of them are taken.
 * @param find reads the record that an id may be taken by
 * @throws Error that names `ids` if it gives an id again
 */
export async function freeId(
  context: Context,
  first: string,
  find: (id: string) => Promise<Json | undefined>,
): Promise<string> {
  const drawn = new Set<string>();
  for (let id = first; ; id = context.ids()) {
    if (drawn.has(id))
      throw new Error(`The option 'ids' returned '${id}' again, which is in use: it must return a new id at each call`);
    drawn.add(id);
    if ((await find(id)) === undefined) return id;
  }
}
