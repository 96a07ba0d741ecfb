/**
 * Puts off what comes within one turn of the event loop to its end, and does it there in one go. A server so reads the
 * requests of many connections first and answers them together: its clients are woken once for all, and not for each,
 * which on a busy server is most of what a small answer costs.
 */
export function inTurns<T>(perform: (item: T) => void): (item: T) => void {
  let waiting: T[] = [];
  const performAll = (): void => {
    const all = waiting;
    waiting = [];
    for (const item of all) perform(item);
  };
  return (item) => {
    if (waiting.push(item) === 1) setImmediate(performAll);
  };
}
