import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder } from '../test-support/folders.ts';
import { nodeArguments } from '../test-support/programs.ts';
import { lmdbStorage } from './index.ts';

/** Another process that has the folder open. */
async function holder(folder: string) {
  const child = spawn(process.execPath, nodeArguments('hold.mts', folder), { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  onTestFinished(() => void child.kill('SIGKILL'));
  await Promise.race([once(child.stdout, 'data'), ended]);
  return {
    pid: child.pid,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}

describe('a folder is for one storage at a time', { timeout: 30_000 }, () => {
  it('and refused while another process has it open, but not when that was killed', async () => {
    const folder = await emptyFolder();
    const { pid, kill } = await holder(folder);
    for (let times = 0; times < 2; times++) {
      expect(() => lmdbStorage(folder)).toThrow(
        `${folder} is in use by process ${pid}: stop that one, or choose another folder.`,
      );
    }
    await kill();
    await lmdbStorage(folder).close();
  });

  it('and to other processes while this one has it open', async () => {
    const folder = await emptyFolder();
    const { close } = lmdbStorage(folder);
    const child = spawn(process.execPath, nodeArguments('hold.mts', folder), { stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    expect(await once(child, 'close')).toEqual([1, null]);
    expect(said).toContain(`${folder} is in use by process ${process.pid}: stop that one`);
    await close();
    await holder(folder);
  });

  it('also within a process, until it is closed', async () => {
    const folder = await emptyFolder();
    const first = lmdbStorage(folder);
    const refused = `${folder} is open already, in this process or another container: close it there`;
    expect(() => lmdbStorage(folder)).toThrow(refused);
    // The refusal has taken nothing from the first.
    await first.records.commit({ put: [{ key: 'a', version: '1', value: 1 }] });
    expect(() => lmdbStorage(`${folder}/../${folder.split('/').at(-1)}`)).toThrow(refused);
    await first.close();
    const second = lmdbStorage(folder);
    expect(await second.records.getMany(['a'])).toEqual([{ key: 'a', version: '1', value: 1 }]);
    await second.close();
  });

  it('also within its threads', async () => {
    const folder = await emptyFolder();
    const { close } = lmdbStorage(folder);
    onTestFinished(close);
    const worker = new Worker(new URL('../test-support/hold-in-thread.mjs', import.meta.url), { argv: [folder] });
    onTestFinished(async () => void (await worker.terminate()));
    expect((await once(worker, 'message'))[0]).toMatch(/ is open already, in this process /);
    // Nor is it now free for others.
    const child = spawn(process.execPath, nodeArguments('hold.mts', folder), { stdio: 'ignore' });
    expect(await once(child, 'close')).toEqual([1, null]);
  });
});
