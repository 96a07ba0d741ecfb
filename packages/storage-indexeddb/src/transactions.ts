import type { IDBPTransaction } from 'idb';
import type { Schema, StoreName } from './schema.ts';

type Writing = Pick<IDBPTransaction<Schema, [StoreName], 'readwrite'>, 'abort' | 'commit' | 'done'>;

/** A function that makes one request in a transaction and returns its result. */
export type Request<T = unknown> = () => Promise<T>;

/**
 * Makes all requests at once and returns their results. If a request fails, the transaction is aborted and writes
 * nothing.
 */
export async function together<T>(transaction: Pick<Writing, 'abort'>, requests: readonly Request<T>[]): Promise<T[]> {
  try {
    return await Promise.all(made(requests));
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/**
 * Makes writes one after the other, and commits the transaction together with the last write. If this function throws,
 * none of the writes is carried out.
 *
 * Each write waits for the one before it. In Firefox 153, a write that fails because the disk is full undoes the writes
 * before it, but writes that are already queued behind it are then carried out outside of the transaction: 36 to 42
 * records of a refused commit of 200 records stayed. So only the commit itself is queued behind a write that is not
 * finished.
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
 * Makes all writes at once and commits the transaction. Use it only for writes that do not depend on each other: if
 * this function throws, Firefox may have carried out some of them.
 */
export async function commitTogether(transaction: Writing, writes: readonly Request[]): Promise<void> {
  try {
    const answers = made(writes);
    transaction.commit();
    // `done` comes last, because it says only that the transaction was aborted if a request fails. It is awaited too,
    // because Chromium never answers the requests if the commit fails.
    await Promise.all([...answers, transaction.done]);
  } catch (error) {
    abort(transaction);
    throw error;
  }
}

/**
 * Makes all requests at once. A failed request never causes an unhandled rejection, even if only the first failure is
 * awaited.
 */
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
    // The transaction has already ended.
  }
}
