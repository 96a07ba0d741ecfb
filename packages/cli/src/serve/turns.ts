/**
 * Delays items to the end of a turn of the event loop, and performs them there together. It performs the first item of
 * each line, and one further item of each line in each turn that follows.
 *
 * So a server first reads the requests of many connections and then answers them together. Its clients are woken once
 * for all, and not for each, which on a busy server is most of the cost of a small answer. A client that sends many
 * requests at once on one connection does not keep the others waiting.
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
