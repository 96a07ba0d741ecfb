import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';

/**
 * Returns the first id that is not in use: `first`, or else the next unused id that `context.ids()` returns.
 *
 * An id can be in use if the option `ids` counts up. It then starts from the beginning in a new process and after a
 * restore, when many of its ids are in use.
 * @param find reads the record that uses an id; undefined if the id is not in use
 * @throws Error if `ids` returns the same id twice, and this id is in use
 */
export async function freeId(
  context: Context,
  first: string,
  find: (id: string) => Promise<Json | undefined>,
): Promise<string> {
  const drawn = new Set<string>();
  for (let id = first; ; id = context.ids()) {
    if (drawn.has(id))
      throw new Error(
        `The option 'ids' returned the id '${id}', which is in use: the function must return a new id at each call`,
      );
    drawn.add(id);
    if ((await find(id)) === undefined) return id;
  }
}
