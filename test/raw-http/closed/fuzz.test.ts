import { describe, expect, it, onTestFinished } from 'vitest';
import { fuzz } from '../fuzz/run.ts';
import { type FuzzAccess, Sending } from '../fuzz/sending.ts';
import { kinds } from './targets.ts';

/** Short runs of the requests of `npm run test:fuzz` against closed registries, from strangers and from callers. */

const seed = Number(process.env['TESTS_FUZZ_SEED'] ?? Date.now() % 1_000_000);
const run = `TESTS_FUZZ_SEED=${seed}`;
const requests = 500;

/** A sender gives up on an answer after 150 s, and then says which request had none. */
const timeout = 200_000;

describe('a closed server', { timeout }, () => {
  it('answers strangers whatever they send, and stores nothing', async () => {
    const { failures, stored, ending, exit } = await fuzz({ requests, seed, storage: 'memory', access: 'stranger' });
    expect(failures, run).toEqual([]);
    expect({ answered: stored, stored: ending.stored, repositories: ending.repositories }, run).toEqual({
      answered: 0,
      stored: 0,
      repositories: 0,
    });
    expect(ending.open, run).toEqual([]);
    expect(exit, run).toEqual({ code: 0, signal: null });
  });

  it('answers callers whatever they send, and keeps nothing of what is deleted', async () => {
    const { failures, stored, ending, exit } = await fuzz({ requests, seed, storage: 'memory', access: 'caller' });
    expect(failures, run).toEqual([]);
    expect(stored, run).toBeGreaterThan(requests / 5);
    expect(ending.repositories, run).toBeGreaterThan(0);
    expect(ending.pieces, run).toBe(0);
    expect(ending.open, run).toEqual([]);
    expect(exit, run).toEqual({ code: 0, signal: null });
  });
});

for (const { name, describe: describeKind, isWorker, start } of kinds) {
  if (!isWorker) continue;
  describeKind(name, () => {
    it.each<FuzzAccess>(['stranger', 'caller'])('answers a %s whatever is sent', { timeout }, async (access) => {
      const target = await start({ createOnPush: true, quiet: true });
      onTestFinished(() => target.stop());
      const sending = new Sending(new URL(target.url), { seed, access, inWorkerd: true });
      await sending.until(requests);
      expect(sending.failures, run).toEqual([]);
      const calls = await target.calls();
      if (access === 'caller') {
        expect(sending.stored, run).toBeGreaterThan(requests / 5);
      } else {
        expect(calls, run).toEqual([]);
        expect(await target.stored(), run).toEqual({ pieces: 0, repositories: 0 });
      }
    });
  });
}
