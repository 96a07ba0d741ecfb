import type { IDBPTransaction } from 'idb';
import type { Schema, StoreName } from './schema.ts';

type Writing = Pick<IDBPTransaction<Schema, [StoreName], 'readwrite'>, 'abort' | 'commit' | 'done'>;

/** Makes a request of a transaction. */
export type Request<T = unknown> = () => Promise<T>;

/** Makes requests at once and returns their answers. If one fails, nothing of the transaction is written. */
export async function together<T>(transaction: Pick<Writing, 'abort'>, requests: readonly Request<T>[]): Promise<T[]> {
  try {
    return await Promise.all(made(requests));
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/**
 * Makes writes one after the other, and commits the transaction with the last one. It carries out all of them, or none
 * if it throws.
 *
 * They are not queued. In Firefox 153 a write that fails because the disk is full undoes those before it, and writes
 * that are queued behind it are then carried out outside of the transaction: of a commit of 200 records that was
 * refused, 36 to 42 stayed. So only the commit itself is ever queued behind a write that has not been answered.
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
 * Makes writes at once and commits them. In Firefox a part of them may stay if it throws, so it is only for writes that
 * do not depend on each other.
 */
export async function commitTogether(transaction: Writing, writes: readonly Request[]): Promise<void> {
  try {
    const answers = made(writes);
    transaction.commit();
    // `done` is last: if a request fails, it only says that the transaction was aborted. If the commit fails, Chromium
    // never answers the requests, so they must not be awaited alone.
    await Promise.all([...answers, transaction.done]);
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/** Makes requests at once. None of their failures counts as unhandled, even if only the first one is awaited. */
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
