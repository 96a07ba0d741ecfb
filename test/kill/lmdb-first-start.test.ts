import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lmdbStorage } from '@coracle/storage-lmdb';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../support/commands.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { bundled } from './lmdb-kills.ts';

/** Processes that open a folder for the first time, killed by SIGKILL, and started again. */

async function folder(): Promise<string> {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  return path;
}

describe('a first start that is killed', { timeout: 120_000 }, () => {
  it('before any call that changes the folder leaves one that is taken at the next start', async () => {
    const program = await bundled('lmdb-first-start.mts', await folder());
    const start = (data: string, at?: number) =>
      run(process.execPath, [program, data, ...(at === undefined ? [] : [`${at}`])]);
    const calls = Number((await start(join(await folder(), 'above', 'data'))).stdout);
    expect(calls).toBeGreaterThan(20);
    for (let at = 0; at < calls; at++) {
      const data = join(await folder(), 'above', 'data');
      // Killed, it has no code.
      expect(await start(data, at)).toEqual({ code: null, stdout: '', stderr: '' });
      const { records, bytes, close } = lmdbStorage(data);
      await records.commit({ put: [{ key: 'kept', version: '1', value: at }] });
      await bytes.put('kept', Uint8Array.of(at));
      await close();
      expect(await readdir(join(data, 'incoming'))).toEqual([]);
      const again = lmdbStorage(data);
      expect(await again.records.getMany(['kept'])).toEqual([{ key: 'kept', version: '1', value: at }]);
      expect(await again.bytes.get('kept')).toEqual(Uint8Array.of(at));
      await again.close();
    }
  });
});
