import { writeSync } from 'node:fs';
import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { limits, scenarios } from '../search/faults/scenarios.ts';
import { type Fault, faultyStorage, writes } from '../search/faulty-storage.ts';

/*
 * Runs the steps of a scenario on a folder, until SIGKILL ends it at the write that its arguments name. After each step
 * it prints a line with `acknowledged` at once. If nothing kills it, it prints the number of writes at the end.
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
