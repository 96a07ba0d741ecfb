import type { KindOfPeer } from './peers.ts';

/** A ratio that was taken in one run, with the bound that the project holds itself to. */
export interface Row {
  readonly what: string;
  /** undefined: what it is measured against is not on this machine. */
  readonly ratio: number | undefined;
  /** `at most` for costs, `at least` for speeds. */
  readonly bound: { readonly atMost: number } | { readonly atLeast: number };
  /** The figures behind the ratio. */
  readonly figures: string;
}

export const holds = ({ ratio, bound }: Row): boolean =>
  ratio === undefined || ('atMost' in bound ? ratio <= bound.atMost : ratio >= bound.atLeast);

/** The row of a peer that is not there. */
export const skipped = (peer: KindOfPeer, { what, bound }: Pick<Row, 'what' | 'bound'>): Row => ({
  what,
  bound,
  ratio: undefined,
  figures: `skipped: there is no ${peer.name} here`,
});

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
};

/**
 * The median time of each of several tasks in milliseconds, taken in turns, so that whatever else the machine does
 * meets all of them.
 * @param before runs before each round of each task, and is not counted
 */
export async function inTurns(
  tasks: readonly (() => Promise<unknown>)[],
  { rounds, callsPerRound, before }: { rounds: number; callsPerRound: number; before?: () => void },
): Promise<number[]> {
  const samples: number[][] = tasks.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [i, task] of tasks.entries()) {
      before?.();
      const start = performance.now();
      for (let call = 0; call < callsPerRound; call++) await task();
      // The first rounds are for the compiler.
      if (round >= rounds / 5) samples[i]?.push((performance.now() - start) / callsPerRound);
    }
  }
  return samples.map(median);
}

export const ms = (time: number): string => (time < 1 ? `${(time * 1000).toFixed(0)} µs` : `${time.toFixed(2)} ms`);
