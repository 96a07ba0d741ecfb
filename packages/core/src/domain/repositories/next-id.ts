import { digestOf } from '../../digest/digest.ts';
import { keys } from '../../storage/keys.ts';
import type { Transaction } from '../../storage/transaction.ts';
import { encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { freeId } from '../free-id.ts';
import type { DeletedRepository } from './repository.ts';

/**
 * Returns the id for a new repository. No records exist under this id. (The records of a deleted repository exist under
 * its old id until the garbage collector removes them.)
 *
 * If commits are not atomic, several processes may create the same repository at the same time, and the record that is
 * written last replaces the others. So the id is computed from the name or, if a repository of this name was deleted
 * before, from the id of the deleted repository. All processes then compute the same id, and an image that is pushed
 * through any process is in the same repository.
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
    // After two deletions at the same time, `previous` may be the id of an earlier repository than the last one.
    if ((await transaction.read(keys.gone(id))) === undefined) return id;
  }
}
