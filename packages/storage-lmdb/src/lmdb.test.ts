import { rm } from 'node:fs/promises';
import { engineRules, storageRules } from '@coracle/storage-suite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { output } from '../../../test/support/commands.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { nodeArguments } from '../test-support/programs.ts';
import { lmdbStorage } from './index.ts';

let folder = '';
const subject = {
  open: async () => {
    folder = (await temporaryFolder()).path;
    return lmdbStorage(folder);
  },
  reopen: async () => lmdbStorage(folder),
  destroy: () => rm(folder, { recursive: true, force: true }),
  guarantees: { atomicCommit: true, freshReads: true, remote: false },
};

describe('the contract', () => {
  for (const rule of storageRules(subject)) it(rule.name, rule.run);
});

describe('the engine on it', () => {
  for (const rule of engineRules(subject)) it(rule.name, rule.run);
});

describe('many requests at once', { timeout: 30_000 }, () => {
  it('read whole commits, in order, while the database outgrows what was mapped of it', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const { records, close } = lmdbStorage(path);
    const [commits, together] = [400, 50];
    let written = 0;
    const write = async (n: number) => {
      const key = (i: number) => `key/${String(i).padStart(2, '0')}/${String(n).padStart(4, '0')}`;
      const put = Array.from({ length: together }, (_, i) => ({ key: key(i), version: '1', value: 'x'.repeat(2000) }));
      await records.commit({ put });
      written++;
    };
    const read = async () => {
      while (written < commits) {
        const before = written;
        const pages = [];
        for (const i of [0, together - 1]) {
          pages.push(await records.list({ prefix: `key/${String(i).padStart(2, '0')}/`, limit: 1000 }));
        }
        const [first, last] = pages.map(({ entries }) => entries.map(({ key }) => key));
        expect(first).toEqual(first?.toSorted());
        expect(first?.length).toBeGreaterThanOrEqual(before);
        // Read later, so that it may hold more.
        const later = new Set(last?.map((key) => key.slice(-4)));
        expect(first?.filter((key) => !later.has(key.slice(-4)))).toEqual([]);
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let n = writer; n < commits; n += 20) await write(n);
    });
    await Promise.all([...writers, read()]);
    await close();
  });

  it('need not many open files', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const command = [process.execPath, ...nodeArguments('many-pieces.mts', path)];
    expect(await output('sh', ['-c', 'ulimit -n 64 && exec "$@"', 'sh', ...command])).toBe('500\n');
  });
});
