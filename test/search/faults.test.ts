import { createEngine, type Engine, ecr, ecrPublic, RegistryError } from '@coracle/core';
import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { type WatchedStorage, watchedStorage } from '../../packages/core/test-support/storage.ts';
import { expectRecovery } from './faults/recovery.ts';
import { limits, type Scenario, scenarios } from './faults/scenarios.ts';
import { type Fault, type FaultyStorage, failure, faultyStorage, writes } from './faulty-storage.ts';

/** Every scenario with every call to the storage failing in turn, and with the process ending there. */

interface World {
  readonly inner: WatchedStorage;
  readonly faulty: FaultyStorage;
  readonly engine: Engine;
}

const over = (storage: FaultyStorage | WatchedStorage) =>
  createEngine({ storage, clock: testClock(), limits, services: [ecrPublic, ecr] });

async function world(scenario: Scenario, fault?: Fault): Promise<World> {
  const inner = watchedStorage(memoryStorage());
  await scenario.before(over(inner));
  const faulty = faultyStorage(inner, fault);
  return { inner, faulty, engine: over(faulty) };
}

/** Does the steps until one fails; the number of those that were acknowledged, and what the next one failed with. */
async function perform({ steps }: Scenario, engine: Engine): Promise<{ acknowledged: number; error: unknown }> {
  for (const [i, step] of steps.entries()) {
    try {
      await step.run(engine);
    } catch (error) {
      return { acknowledged: i, error };
    }
  }
  return { acknowledged: steps.length, error: undefined };
}

/** A fault at each of the calls that the scenario makes, and at each of its writes once more, when it was done. */
async function faultsOf(scenario: Scenario): Promise<Fault[]> {
  const { faulty, engine } = await world(scenario);
  expect(await perform(scenario, engine)).toEqual({ acknowledged: scenario.steps.length, error: undefined });
  const written = faulty.seen.filter((call) => writes.includes(call));
  return [
    ...faulty.seen.map((_, at): Fault => ({ at, when: 'before' })),
    ...written.map((_, at): Fault => ({ at, calls: writes, when: 'lost' })),
  ];
}

describe.each(scenarios)('$name', (scenario) => {
  it('survives a storage that fails at any call', async () => {
    for (const fault of await faultsOf(scenario)) {
      const { inner, faulty, engine } = await world(scenario, fault);
      await named(fault, faulty, async () => {
        const { acknowledged, error } = await perform(scenario, engine);
        expect(faulty.struck).toBe(true);
        if (error !== undefined) {
          expect(error).toBeInstanceOf(RegistryError);
          expect(error).toMatchObject({ name: 'ServerException', fault: 'server' });
          expect((error as Error).message).toContain(failure);
        }
        await expectRecovery(scenario, engine, inner, acknowledged);
      });
    }
  });

  it('survives the end of its process at any call', async () => {
    for (const fault of await faultsOf(scenario)) {
      const { inner, faulty, engine } = await world(scenario, { ...fault, forEver: true });
      await named(fault, faulty, async () => {
        let acknowledged = 0;
        const counted = scenario.steps.map((step) => ({
          ...step,
          run: async (on: Engine) => {
            await step.run(on);
            acknowledged++;
          },
        }));
        await Promise.race([perform({ ...scenario, steps: counted }, engine), faulty.stopped]);
        expect(faulty.struck).toBe(true);
        await expectRecovery(scenario, over(inner), inner, acknowledged);
      });
    }
  });
});

/** Says at which call of which kind it was. */
async function named(fault: Fault, { seen }: FaultyStorage, run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    const call = (fault.calls ? seen.filter((one) => fault.calls?.includes(one)) : seen)[fault.at];
    const where = `With ${call} (${JSON.stringify(fault)}) failing: `;
    if (error instanceof Error) error.message = where + error.message;
    throw error;
  }
}
