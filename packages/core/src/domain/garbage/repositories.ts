import { allOf, keysRemovedWith, kindOf, lastPart, placesOf } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { piecesIn } from '../layers/piece.ts';
import { allInTurns } from './in-turns.ts';

/** Removes all that deleted repositories left, and returns their number. Everything is under an id that no other one has. */
export async function collectRepositories(context: Context, before: number): Promise<number> {
  let count = 0;
  for await (const { key, value } of allInTurns(context, allOf('gone'))) {
    if ((value as { deletedAt: number }).deletedAt > before) continue;
    for (const place of placesOf(lastPart(key))) {
      if ('key' in place) await removeRecord(context, place.key);
      else for await (const record of allInTurns(context, place.prefix)) await removeRecord(context, record.key);
    }
    await removeRecord(context, key);
    count++;
  }
  return count;
}

/** Removes a record, the ones that go with it, and the pieces that only these name. */
async function removeRecord(context: Context, key: string): Promise<void> {
  await context.store.transact(async (transaction) => {
    const value = await transaction.read(key);
    if (value === undefined) return;
    const named = keysRemovedWith(key, value);
    const values = await transaction.readMany(named);
    for (const [i, one] of [...named, key].entries()) {
      transaction.remove(one);
      const removed = i < named.length ? values[i] : value;
      if (removed !== undefined && kindOf(one)?.pieces === 'own')
        transaction.discard(piecesIn(removed).map(([id]) => id));
    }
  });
}
