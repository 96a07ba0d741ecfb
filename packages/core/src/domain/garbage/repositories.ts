import { allKeysOf, allOf, keysRemovedWith, kindOf, lastPart } from '../../storage/keys.ts';
import type { Context } from '../context.ts';
import { piecesIn } from '../layers/piece.ts';
import type { GoneRecord } from '../repositories/delete.ts';
import { existing, type StoredRepository } from '../repositories/repository.ts';
import { allInTurns } from './in-turns.ts';

/**
 * Removes the remaining data of repositories that were deleted at `before` or earlier. Returns the number of these
 * repositories.
 *
 * All data of a repository is stored under its id, which no other repository has. If commits are not atomic, a
 * repository may exist although the record of its deletion exists. There are two causes: the deletion stopped after its
 * first write, or a process that had not seen the repository yet created it again under the same id. If the repository
 * exists, only the record of the deletion is removed.
 */
export async function collectRepositories(context: Context, before: number): Promise<number> {
  let count = 0;
  for await (const { key, value } of allInTurns(context, allOf('gone'))) {
    const { deletedAt, repository } = value as GoneRecord;
    if (deletedAt > before) continue;
    const id = lastPart(key);
    const record = repository === undefined ? undefined : await context.store.get<StoredRepository>(repository);
    const isGone = existing(record)?.id !== id;
    if (isGone) await removeAll(context, id);
    await removeRecord(context, key);
    if (isGone) count++;
  }
  return count;
}

async function removeAll(context: Context, id: string): Promise<void> {
  for (const keys of allKeysOf(id)) {
    if ('key' in keys) await removeRecord(context, keys.key);
    else for await (const { key } of allInTurns(context, keys.prefix)) await removeRecord(context, key);
  }
}

/** Removes a record, the records that belong to it, and the pieces of content that only these records name. */
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
