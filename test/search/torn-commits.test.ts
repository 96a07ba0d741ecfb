import { createEngine, type Storage } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, it } from 'vitest';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { storageWith } from '../../packages/core/test-support/storage.ts';
import { limits, scenarios } from './faults/scenarios.ts';

/** A storage whose commits are not atomic, and that fails when it has done the first `writes` of the nth one's. */
function torn(inner: Storage, nth: number, writes: number) {
  const state = { commits: 0, size: 0 };
  const storage = storageWith(inner, {
    records: {
      guarantees: { atomicCommit: false, freshReads: true },
      commit: async ({ expect = [], put = [], remove = [] }) => {
        if (state.commits++ !== nth) return inner.records.commit({ expect, put, remove });
        state.size = put.length + remove.length;
        const first = { put: put.slice(0, writes), remove: remove.slice(0, Math.max(0, writes - put.length)) };
        const result = await inner.records.commit({ expect, ...first });
        if (result.ok) throw new Error('the rest was not written');
        return result;
      },
    },
  });
  return { storage, state };
}

const over = (storage: Storage) => createEngine({ storage, clock: testClock(), limits });

/** What holds of the records beside it, such as the images' counts, a store without atomic commits does not promise. */
describe.each(scenarios.filter(({ name }) => /in parts/.test(name)))('$name', (scenario) => {
  it('loses no bytes where a commit is written only half', async () => {
    for (let nth = 0, reached = true; reached; nth++) {
      reached = false;
      for (let writes = 0, size = 1; writes < size; writes++) {
        const inner = memoryStorage();
        await scenario.before(over(inner));
        const { storage, state } = torn(inner, nth, writes);
        for (const engine of [over(storage), over(inner)]) {
          // Whatever the client is told, it tries once more: what counts is what is there in the end.
          for (const { run } of scenario.steps) await run(engine).catch(() => undefined);
        }
        if (state.size > 0) {
          size = state.size;
          reached = true;
        }
        await scenario.steps[0]?.holds(over(inner));
      }
    }
  });
});
