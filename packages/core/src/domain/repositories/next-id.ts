import { digestOf } from '../../digest/digest.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import { encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import type { DeletedRepository } from './repository.ts';

/**
 * Finds the id of a new repository, under which no records exist. The records of a deleted repository are under its id
 * until they are collected.
 *
 * If commits are not atomic, several places may create the repository at once, and one record replaces the others. So
 * the id follows from the name and from the repository that was deleted before. All places take the same id, and an
 * image that is pushed through any of them is in the one repository.
 * @param given the first id to try if commits are atomic
 */
export function nextId(
  context: Context,
  transaction: Transaction,
  {
    key,
    before,
    given,
  }: { readonly key: string; readonly before: DeletedRepository | undefined; readonly given: string },
): Promise<string> {
  if (!transaction.atomic) return idAfter(context, transaction, before?.deleted ?? key);
  return freeId(context, given, async (taken) => {
    const [there, gone] = await transaction.readMany([keys.usage(taken), keys.gone(taken)]);
    return there ?? gone;
  });
}

async function idAfter(context: Context, transaction: Transaction, previous: string): Promise<string> {
  for (let id = previous; ; ) {
    const digest = await digestOf(context.hasher, encodeUtf8(id));
    id = digest.replace(/^sha256:(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/, '$1-$2-8$3-8$4-$5');
    // Two deletions at once may have left the mark of the earlier repository.
    if ((await transaction.read(keys.gone(id))) === undefined) return id;
  }
}
