import type { Engine } from '@coracle/core';
import type { WatchedStorage } from '../../../packages/core/test-support/storage.ts';
import type { Scenario } from './scenarios.ts';
import { expectWhole } from './whole.ts';

/** Checks that acknowledged steps are kept, that nothing is half-written, and that all steps succeed when repeated. */
export async function expectRecovery(
  scenario: Scenario,
  engine: Engine,
  inner: WatchedStorage,
  acknowledged: number,
): Promise<void> {
  for (const { holds } of scenario.steps.slice(0, acknowledged)) await holds(engine);
  await expectWhole(engine, inner);
  for (const { run, doneAlready } of scenario.steps) {
    await run(engine).catch((error: Error) => {
      if (error.name !== doneAlready) throw error;
    });
  }
  for (const { holds } of scenario.steps) await holds(engine);
  await expectWhole(engine, inner);
}
