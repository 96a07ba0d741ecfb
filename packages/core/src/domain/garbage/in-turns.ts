import type { StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';

/**
 * Reads every record under a prefix, and lets other work have its turn in between: a storage in memory gives records
 * without a pause.
 * @param weigh gives the work that a record causes, counted in records
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
