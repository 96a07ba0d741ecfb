/**
 * Runs a task for each item, at most `count` tasks at the same time. Returns the results in the order of the items. After
 * the first failure no further task is started, and the tasks in progress are awaited.
 * @throws the error of the task that failed first
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  count: number,
  task: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures: unknown[] = [];
  const waiting = items.entries();
  const work = async () => {
    for (const [i, item] of waiting) {
      try {
        results[i] = await task(item);
      } catch (error) {
        failures.push(error);
      }
      if (failures.length > 0) return;
    }
  };
  await Promise.all(Array.from({ length: Math.min(count, items.length) }, work));
  if (failures.length > 0) throw failures[0];
  return results;
}
