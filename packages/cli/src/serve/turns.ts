/**
 * Returns a function that queues an item. At the end of a turn of the event loop, `perform` is called with the item.
 * Items with the same `lineOf` (such as requests of one connection) form a queue, and in each turn only the first item
 * of each queue is performed.
 *
 * A server that queues its requests first reads the requests of many connections and then answers them together. This
 * saves most of the cost of small answers, because the clients are woken at once and not one by one. A client that
 * sends many requests at once on one connection does not delay the other clients.
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
