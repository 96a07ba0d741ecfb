import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it, onTestFinished } from 'vitest';
import { coracleServe } from '../conformance/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const program = fileURLToPath(new URL('slow-uploads.mts', import.meta.url));
const uploads = 60;

/** The most memory that a process has had, in MiB. */
async function peakOf(pid: number): Promise<number> {
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kibibytes) / 1024;
}

it.skipIf(process.platform !== 'linux')(
  '60 slow uploads of 40 MiB at once into a folder all succeed, in less than 700 MiB of memory',
  async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const server = await coracleServe(['--data', `${path}/data`]);
    onTestFinished(() => server.stop());
    const [, port = ''] = server.host.split(':');
    const args = ['--import', 'tsx', program, port, String(uploads), '40'];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(JSON.parse(stdout)).toEqual(Array(uploads).fill('HTTP/1.1 201'));
    expect(await peakOf(server.pid)).toBeLessThan(700);
  },
  300_000,
);
