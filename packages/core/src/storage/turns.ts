/**
 * How long a request waits for another request before it assumes that the other request was aborted, in milliseconds.
 */
const patience = 2000;

/**
 * Waits for `work`, which another request may have started, for at most two seconds. Rejects if `work` rejects.
 *
 * In a Worker, all work of a request stops when the request is aborted, for example because its client disconnects, and
 * its promises never settle. So no request may wait for a promise of another request forever.
 * @returns true if `work` has ended, and false if it has not ended in time
 */
export function endsSoon(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/** The queue of changes that wait for each other, because other writers changed the record of the same key. */
export interface Queue {
  last: Promise<unknown>;
  /** The number of changes in this queue that have started. */
  begun: number;
}

/**
 * Waits until the call before in the queue has ended. Stops waiting if no call of the queue has started for two
 * seconds, because the call before must have been aborted.
 */
export async function turnOf(queue: Queue): Promise<void> {
  const before = queue.last;
  for (let seen: number; ; ) {
    seen = queue.begun;
    if ((await endsSoon(before)) || queue.begun === seen) break;
  }
  queue.begun++;
}
