import type { StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';

/**
 * Reads every record under a prefix. Others have their turn in between: a storage in memory gives them without a pause.
 * @param weigh says how many records a record is as much work as
 */
export async function* allInTurns(
  context: Context,
  prefix: string,
  weigh: (record: StoredRecord) => number = () => 1,
): AsyncGenerator<StoredRecord> {
  let work = 0;
  for await (const record of context.store.all(prefix)) {
    work += weigh(record);
    yield record;
    if (work < recordsPerTurn) continue;
    work = 0;
    await nextTurn();
  }
}
