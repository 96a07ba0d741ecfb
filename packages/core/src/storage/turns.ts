/**
 * The time in milliseconds for which a request waits for another request. After this time, the waiting request assumes
 * that the other request was aborted.
 */
const patience = 2000;

/**
 * Waits for `work`, which another request may have started, for at most two seconds. Rejects if `work` rejects.
 *
 * In a Cloudflare Worker, all work of a request stops when the request is aborted, for example because its client
 * disconnects. The promises of the aborted request then never settle, so another request must not wait for them
 * forever.
 * @returns true if `work` has ended, and false if `work` has not ended after two seconds
 */
export function endsSoon(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/**
 * A queue of changes that failed to commit, because other writers had changed the record under one key. The changes in
 * a queue are repeated one after the other.
 */
export interface Queue {
  last: Promise<unknown>;
  /** The number of changes in this queue that have started. */
  begun: number;
}

/**
 * Waits until the previous change in the queue has ended. Stops waiting if no change of the queue has started for two
 * seconds, because the previous change must then have been aborted.
 */
export async function turnOf(queue: Queue): Promise<void> {
  const before = queue.last;
  for (let seen: number; ; ) {
    seen = queue.begun;
    if ((await endsSoon(before)) || queue.begun === seen) break;
  }
  queue.begun++;
}
