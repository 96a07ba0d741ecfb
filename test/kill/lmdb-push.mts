import { writeSync } from 'node:fs';
import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { limits, scenarios } from '../search/faults/scenarios.ts';
import { type Fault, faultyStorage, writes } from '../search/faulty-storage.ts';

/*
 * Does the steps of a scenario on a folder and is killed by SIGKILL where it was told to be. What it prints, at once:
 * a line with `acknowledged` for each step, and at the end, where nothing killed it, how many writes there were.
 */

const [folder = '', name, fault] = process.argv.slice(2);
const scenario = scenarios.find((one) => one.name === name);
if (scenario === undefined) throw new Error(`There is no scenario '${name}'`);

const inner = lmdbStorage(folder);
const clock = testClock();
await scenario.before(createEngine({ storage: inner, clock, limits, services: [ecrPublic, ecr] }));
const storage = faultyStorage(inner, fault === undefined ? undefined : (JSON.parse(fault) as Fault));
storage.stopped.then(() => process.kill(process.pid, 'SIGKILL'));
const engine = createEngine({ storage, clock, limits, services: [ecrPublic, ecr] });
for (const { run } of scenario.steps) {
  await run(engine);
  writeSync(1, 'acknowledged\n');
}
writeSync(1, `${storage.seen.filter((call) => writes.includes(call)).length}\n`);
await inner.close();
