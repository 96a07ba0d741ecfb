/** How long a request waits for another request before it takes that request for dead, in milliseconds. */
const patience = 2000;

/**
 * Waits until `work` has ended, and fails if it fails. Another request may have begun it.
 *
 * In a Worker all work of a request stops with it, for example when its client disconnects, and its promises never
 * settle. So nobody may wait for one forever.
 * @returns false if it has not ended in time
 */
export function endsSoon(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/** The calls that wait for their turn on a key. */
export interface Queue {
  last: Promise<unknown>;
  /** Counts the turns that have begun. */
  begun: number;
}

/**
 * Waits for a turn: until the call before has ended, or until no call has begun for so long that it must be dead.
 */
export async function turnOf(queue: Queue): Promise<void> {
  const before = queue.last;
  for (let seen: number; ; ) {
    seen = queue.begun;
    if ((await endsSoon(before)) || queue.begun === seen) break;
  }
  queue.begun++;
}
