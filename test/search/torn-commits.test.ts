import { createEngine, ecr, ecrPublic, type Storage } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, it } from 'vitest';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { storageWith } from '../../packages/core/test-support/storage.ts';
import { limits, scenarios } from './faults/scenarios.ts';
import { expectWholeToReaders } from './faults/whole.ts';

/** Makes a storage without atomic commits. It fails after the first `writes` writes of its nth commit. */
function torn(inner: Storage, nth: number, writes: number) {
  const state = { commits: 0, size: 0 };
  const storage = storageWith(inner, {
    records: {
      guarantees: { atomicCommit: false, freshReads: true, remote: true },
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

const never = Number.POSITIVE_INFINITY;
const over = (storage: Storage) => createEngine({ storage, clock: testClock(), limits, services: [ecrPublic, ecr] });

/** A torn commit may leave wrong counts for quotas, so only the answers of reads are checked. */
describe.each(scenarios)('$name', (scenario) => {
  it('shows nothing half-written where a commit is written only half, and is done whole when it is done again', async () => {
    for (let nth = 0, reached = true; reached; nth++) {
      reached = false;
      for (let writes = 0, size = 1; writes < size; writes++) {
        const inner = memoryStorage();
        await scenario.before(over(torn(inner, never, 0).storage));
        const { storage, state } = torn(inner, nth, writes);
        for (const step of scenario.steps) {
          await step.run(over(storage)).catch(() => undefined);
        }
        const after = over(torn(inner, never, 0).storage);
        await expectWholeToReaders(after);
        for (const { run, again = run, doneAlready } of scenario.steps) {
          await again(after).catch((error: Error) => {
            if (error.name !== doneAlready) throw error;
          });
        }
        for (const { holds } of scenario.steps) await holds(after);
        await expectWholeToReaders(after);
        // The collector takes nothing that a commit which broke off has left named twice.
        await after.collectGarbage({ grace: 0 });
        await expectWholeToReaders(after);
        if (state.size > 0) {
          size = state.size;
          reached = true;
        }
      }
    }
  });
});
