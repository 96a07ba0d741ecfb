import type { Engine } from '@coracle/core';
import type { WatchedStorage } from '../../../packages/core/test-support/storage.ts';
import type { Scenario } from './scenarios.ts';
import { expectWhole } from './whole.ts';

/** What was acknowledged is there, nothing is half there, and the same again is done whole. */
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
