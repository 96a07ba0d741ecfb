/**
 * Puts off what comes within one turn of the event loop to its end, and does it there in one go: of each line the first,
 * and the others one in each turn that follows. A server so reads the requests of many connections first and answers them
 * together: its clients are woken once for all, and not for each, which on a busy server is most of what a small answer
 * costs. A client that sends many requests at once on one connection does not keep the others waiting.
 */
export function inTurns<T>(perform: (item: T) => void, lineOf: (item: T) => object): (item: T) => void {
  let lines = new Map<object, T[]>();
  const performFirst = (): void => {
    const all = lines;
    lines = new Map();
    const firsts: T[] = [];
    for (const [line, items] of all) {
      firsts.push(...items.splice(0, 1));
      if (items.length > 0) lines.set(line, items);
    }
    if (lines.size > 0) setImmediate(performFirst);
    for (const item of firsts) perform(item);
  };
  return (item) => {
    const line = lineOf(item);
    const items = lines.get(line);
    if (items) {
      items.push(item);
      return;
    }
    if (lines.size === 0) setImmediate(performFirst);
    lines.set(line, [item]);
  };
}
