import type { StoredRecord } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { nextTurn, recordsPerTurn } from '../next-turn.ts';

/**
 * Lists all records whose key starts with `prefix`, and lets other requests run in between. Without these breaks, a
 * storage in memory would block all other requests, because it returns its records without a pause.
 * @param weigh returns how much work a record causes, as a number of ordinary records; 1 by default
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
