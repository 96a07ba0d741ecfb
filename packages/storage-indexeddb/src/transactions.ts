import type { IDBPTransaction } from 'idb';
import type { Schema, StoreName } from './schema.ts';

type Writing = Pick<IDBPTransaction<Schema, [StoreName], 'readwrite'>, 'abort' | 'commit' | 'done'>;

/** Makes a request of a transaction. */
export type Request<T = unknown> = () => Promise<T>;

/** Makes requests at once and gives their answers. If one fails, nothing of the transaction is written. */
export async function together<T>(transaction: Pick<Writing, 'abort'>, requests: readonly Request<T>[]): Promise<T[]> {
  try {
    return await Promise.all(made(requests));
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/**
 * Makes writes one after the other, and commits the transaction with the last one: carries out all, or none if it throws.
 *
 * They are not queued, because in Firefox 153 a write that fails for want of room takes back those before it, and the
 * writes that are queued behind it are then carried out outside of the transaction: of a commit of 200 records that was
 * refused, 36 to 42 stayed. Behind a write that has not been answered there is never more than the commit itself.
 */
export async function commitInTurn(transaction: Writing, writes: readonly Request[]): Promise<void> {
  try {
    for (const write of writes.slice(0, -1)) await write();
  } catch (error) {
    abort(transaction);
    throw error;
  }
  await commitTogether(transaction, writes.slice(-1));
}

/**
 * Makes writes at once and commits them. In Firefox a part of them may stay if it throws: for writes of which each may
 * stand alone.
 */
export async function commitTogether(transaction: Writing, writes: readonly Request[]): Promise<void> {
  try {
    const answers = made(writes);
    transaction.commit();
    // `done` stands last: if a request fails, it only says that the transaction was aborted. If the commit fails, Chromium
    // leaves requests without an answer for ever, so that they must not be waited for by themselves.
    await Promise.all([...answers, transaction.done]);
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/** Makes requests at once. None of their failures counts as unhandled, also if only the first one is awaited. */
function made<T>(requests: readonly Request<T>[]): Promise<T>[] {
  const answers: Promise<T>[] = [];
  for (const request of requests) {
    const answer = request();
    answer.catch(() => undefined);
    answers.push(answer);
  }
  return answers;
}

function abort(transaction: Pick<Writing, 'abort'>): void {
  try {
    transaction.abort();
  } catch {
    // It is over already.
  }
}
