const MiB = 1024 * 1024;

interface GrowthOptions {
  /** Whether garbage is left out of the growth: V8 lets up to 64 MiB of it lie. */
  readonly withoutGarbage?: boolean;
}

/** Does some work, and returns its result and by how many MiB the process grew at the most meanwhile. */
export async function growthDuring<T>(
  work: () => Promise<T>,
  { withoutGarbage = false }: GrowthOptions = {},
): Promise<{ result: T; grownBy: number }> {
  globalThis.gc?.();
  const before = process.memoryUsage.rss();
  let most = before;
  const watch = setInterval(() => {
    if (withoutGarbage) globalThis.gc?.();
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  try {
    const result = await work();
    return { result, grownBy: Math.round((most - before) / MiB) };
  } finally {
    clearInterval(watch);
  }
}
