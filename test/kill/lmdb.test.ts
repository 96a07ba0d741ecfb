import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { expectRecovery } from '../search/faults/recovery.ts';
import { limits, type Scenario, scenarios } from '../search/faults/scenarios.ts';
import { type Fault, writes } from '../search/faulty-storage.ts';
import { run } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bundled, watchedFolder } from './lmdb-kills.ts';

/** Processes that write into a folder, killed by SIGKILL, and what is there afterwards. */

const programs = { push: '', writes: '' };
let workshop: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  workshop = await temporaryFolder();
  programs.push = await bundled('lmdb-push.mts', join(workshop.path, 'push'));
  programs.writes = await bundled('lmdb-writes.mts', join(workshop.path, 'writes'));
});
afterAll(() => workshop.remove());

async function inFolder<T>(act: (folder: string) => Promise<T>): Promise<T> {
  const { path, remove } = await temporaryFolder();
  try {
    return await act(path);
  } finally {
    await remove();
  }
}

const perform = (folder: string, { name }: Scenario, fault?: Fault) =>
  run(process.execPath, [programs.push, folder, name, ...(fault ? [JSON.stringify(fault)] : [])]);

/** Before each call that writes, and after it. */
async function kills(scenario: Scenario): Promise<Fault[]> {
  const { stdout, stderr } = await inFolder((folder) => perform(folder, scenario));
  const count = Number(stdout.trim().split('\n').at(-1));
  if (!(count > 0)) throw new Error(`It made no writes:\n${stdout}${stderr}`);
  return Array.from({ length: count }, (_, at) => at).flatMap((at): Fault[] =>
    (['before', 'lost'] as const).map((when) => ({ at, calls: writes, when, forEver: true })),
  );
}

async function expectSurvival(scenario: Scenario, fault: Fault): Promise<void> {
  await inFolder(async (folder) => {
    const { code, stdout, stderr } = await perform(folder, scenario, fault);
    // Killed, it has no code.
    expect([code, stderr]).toEqual([null, '']);
    const acknowledged = stdout.split('\n').filter((line) => line === 'acknowledged').length;
    const storage = lmdbStorage(folder);
    const engine = createEngine({ storage, clock: testClock(), limits, services: [ecrPublic, ecr] });
    try {
      await expectRecovery(scenario, engine, watchedFolder(storage, folder), acknowledged);
    } catch (error) {
      const when = `Killed ${fault.when === 'lost' ? 'after' : 'before'} write ${fault.at}: `;
      if (error instanceof Error) error.message = when + error.message;
      throw error;
    } finally {
      await storage.close();
    }
  });
}

describe('a process that is killed', { timeout: 300_000 }, () => {
  const pushes = scenarios.filter(({ name }) => /^layers in parts, then|^a push/.test(name));

  it.each(pushes)('before or after any write of $name loses nothing and shows nothing half', async (scenario) => {
    const left = await kills(scenario);
    const work = async () => {
      for (let fault = left.pop(); fault; fault = left.pop()) await expectSurvival(scenario, fault);
    };
    await Promise.all([work(), work()]);
  });

  it('while it writes pieces and commits has lost none that was acknowledged, and left no half', async () => {
    for (let round = 0; round < 5; round++) {
      await inFolder(async (folder) => {
        const child = spawn(process.execPath, [programs.writes, folder], { stdio: ['ignore', 'pipe', 'inherit'] });
        const ended = once(child, 'close');
        const acknowledged = { piece: -1, commit: -1 };
        const lines = createInterface(child.stdout);
        lines.on('line', (line) => {
          const [kind, n] = line.split(' ') as [keyof typeof acknowledged, string];
          acknowledged[kind] = Number(n);
          // Something else is always under way then; at which point of it, is different each time.
          if (acknowledged.piece >= 1 && acknowledged.commit >= 5 * round) child.kill('SIGKILL');
        });
        await Promise.all([ended, once(lines, 'close')]);
        await expectKept(folder, acknowledged);
      });
    }
  });
});

const pieceBytes = 16 * 1024 * 1024;

async function expectKept(folder: string, acknowledged: { piece: number; commit: number }): Promise<void> {
  const { records, bytes, close } = lmdbStorage(folder);
  expect(await readdir(join(folder, 'incoming'))).toEqual([]);
  const pieces = await readdir(join(folder, 'pieces'));
  for (let n = 0; n <= acknowledged.piece; n++) expect(pieces).toContain(`piece-${n}`);
  for (const id of pieces) {
    const wanted = Buffer.alloc(pieceBytes, Number(id.slice('piece-'.length)));
    expect(wanted.equals((await bytes.get(id)) ?? new Uint8Array())).toBe(true);
  }
  const { entries } = await records.list({ prefix: 'key-', limit: 100 });
  expect(entries).toHaveLength(30);
  expect(new Set(entries.map(({ value }) => value)).size).toBe(1);
  expect(Number(entries[0]?.value)).toBeGreaterThanOrEqual(acknowledged.commit);
  await close();
}
