import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { watchedStorage } from '../../packages/core/test-support/storage.ts';
import { expectRecovery } from '../search/faults/recovery.ts';
import { limits, type Scenario, scenarios } from '../search/faults/scenarios.ts';
import { expectWholeToReaders } from '../search/faults/whole.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { Host } from './host.ts';

/**
 * A push runs once for each of its writes. SIGKILL ends workerd before that write, and workerd starts again on the same
 * files. No test kills after a write, because the state after a write is the state before the next one.
 */

const engineOn = (host: Host, kind: string, name: string) =>
  createEngine({ storage: host.storage(kind, name), clock: testClock(), limits, services: [ecrPublic, ecr] });

type Expected = (host: Host, name: string, scenario: Scenario, acknowledged: number) => Promise<void>;

const kinds: Readonly<Record<string, Expected>> = {
  'durable-object': async (host, name, scenario, acknowledged) => {
    const watched = watchedStorage(host.storage('durable-object', name));
    const contents = async () => ({ ...(await watched.contents()), pieces: await host.pieces() });
    await expectRecovery(scenario, engineOn(host, 'durable-object', name), { ...watched, contents }, acknowledged);
  },
  // Its commits are not atomic. A torn commit may leave wrong counts for quotas, and records that stand in the way.
  kv: async (host, name, { steps }, acknowledged) => {
    const engine = engineOn(host, 'kv', name);
    for (const { holds } of steps.slice(0, acknowledged)) await holds(engine);
    await expectWholeToReaders(engine);
    for (const { run, again = run, doneAlready } of steps) {
      await again(engine).catch((error: Error) => {
        if (error.name !== doneAlready) throw error;
      });
    }
    for (const { holds } of steps) await holds(engine);
    await expectWholeToReaders(engine);
  },
};

const cases = [
  { kind: 'durable-object', wanted: /^a push as docker does it/ },
  { kind: 'kv', wanted: /^layers in parts, then/ },
].flatMap(({ kind, wanted }) => scenarios.filter(({ name }) => wanted.test(name)).map((push) => ({ kind, push })));

describeWithWorkerd('a Worker that is killed', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let host: Host;

  beforeAll(async () => {
    folder = await temporaryFolder();
    host = await Host.in(folder.path);
    await host.start();
  });
  afterAll(async () => {
    await host?.stop();
    await folder?.remove();
  });

  it.each(cases)(
    'before any write of $push.name has lost nothing and shows nothing half, on $kind',
    { timeout: 300_000 },
    async ({ kind, push }) => {
      for (let at = 0; ; at++) {
        const name = `registry ${at}`;
        const { acknowledged, writes } = await host.perform(at, kind, name, push.name);
        if (writes !== undefined) {
          expect([writes, acknowledged]).toEqual([at, push.steps.length]);
          expect(writes).toBeGreaterThan(push.steps.length);
          return;
        }
        await host.start();
        await kinds[kind]?.(host, name, push, acknowledged).catch((error: Error) => {
          throw new Error(`Killed before write ${at}: ${error.message}`, { cause: error });
        });
      }
    },
  );
});
