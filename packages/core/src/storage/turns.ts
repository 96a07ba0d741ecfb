/** How long one waits for what another request does before it is taken for dead, in milliseconds. */
const patience = 2000;

/**
 * Waits until `work`, which another request may have begun, has ended, and fails if it fails. In a Worker all that a
 * request does stops with it, as when its client goes away, and its promises never settle: nobody may wait for one for
 * ever.
 * @returns false where it has not ended in time.
 */
export function endsSoon(work: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    work.finally(() => clearTimeout(timer)).then(() => resolve(true), reject);
  });
}

/** Those who wait for their turn on a key. */
export interface Queue {
  last: Promise<unknown>;
  /** Counts the turns that have begun. */
  begun: number;
}

/** Waits for one's turn: until the one before has ended, or nobody has begun for so long that it must be dead. */
export async function turnOf(queue: Queue): Promise<void> {
  const before = queue.last;
  for (let seen: number; ; ) {
    seen = queue.begun;
    if ((await endsSoon(before)) || queue.begun === seen) break;
  }
  queue.begun++;
}
