import type { Json } from '../storage/port.ts';
import type { Context } from './context.ts';

/**
 * Returns the first id that is not in use: `first`, or else the next unused id that `context.ids()` returns.
 *
 * If the engine's option `ids` is a counter, it starts again from the first id in each new process and after a restore.
 * The storage can then already contain records under the ids that `ids` returns.
 * @param find returns the record that uses an id, or undefined if the id is not in use
 * @throws Error if `ids` returns an id for the second time, and this id is in use
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
