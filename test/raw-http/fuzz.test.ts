import { expect, it } from 'vitest';
import { fuzz } from './fuzz/run.ts';

/** A short run of what `npm run test:fuzz` does for long: requests of all kinds, and of none. */

it.each(['memory', 'folder'] as const)(
  'answers whatever is sent, keeps nothing of what is deleted, and ends: %s',
  async (storage) => {
    const seed = Number(process.env['TESTS_FUZZ_SEED'] ?? Date.now() % 1_000_000);
    const requests = 3000;
    const { failures, stored, first, ending, exit } = await fuzz({ requests, seed, storage });
    const run = `TESTS_FUZZ_SEED=${seed}`;
    expect(failures, run).toEqual([]);
    expect(stored, run).toBeGreaterThan(requests / 5);
    expect(ending.repositories, run).toBeGreaterThan(0);
    expect(ending.pieces, run).toBe(0);
    expect(ending.heap - first.heap, run).toBeLessThan(30);
    expect(ending.open, run).toEqual([]);
    expect(exit, run).toEqual({ code: 0, signal: null });
  },
  120_000,
);
