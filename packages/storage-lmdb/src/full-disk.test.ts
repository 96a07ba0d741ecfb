import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { run } from '../../../test/support/commands.ts';
import { skipGroup } from '../../../test/support/groups.ts';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { nodeArguments } from '../test-support/programs.ts';

const noRoom = /There is no room left in \S+\/data, and nothing was written: free some space there\. \(/;
/** As the storage itself says it: by the name it is known. */
const byName = new RegExp(`^QuotaExceededError: ${noRoom.source}`);

/** A shell in which a disk is small, and then what `fill.mts` saw there. */
async function filled(setUp: (folder: string) => string, filler?: (folder: string) => string) {
  const { path, remove } = await temporaryFolder();
  onTestFinished(remove);
  const disk = join(path, 'disk');
  await mkdir(disk);
  const args = nodeArguments('fill.mts', join(disk, 'data'), ...(filler ? [filler(disk)] : []));
  const { code, stdout, stderr } = await run(...inShell(setUp(disk), [process.execPath, ...args]));
  if (code !== 0) throw new Error(`It ended with ${code}:\n${stdout}${stderr}`);
  return JSON.parse(stdout);
}

const inShell = (script: string, command: readonly string[]): [string, string[]] => [
  'unshare',
  ['--map-root-user', '--mount', 'sh', '-c', `${script} && exec "$@"`, 'sh', ...command],
];

const asExpected = {
  records: { refusal: expect.stringMatching(byName), left: 0 },
  // Through the engine: clients do not get to know which folder it is.
  refusal: expect.stringMatching(
    /^ServerException: Image 1 of the public repository 'team\/web' of the seed: putBlob failed: the storage is full, and nothing was written\./,
  ),
  piece: expect.stringMatching(byName),
  isThere: false,
  incoming: [],
  allWhole: true,
  reopened: 0,
};

const canMount = await run(...inShell('mount -t tmpfs tmpfs /mnt', ['true'])).then(
  ({ code }) => code === 0,
  () => false,
);

if (!canMount) skipGroup('a disk that is full', 'nothing can be mounted', 'tmpfs');
else {
  describe('a disk that is full', { timeout: 60_000 }, () => {
    it('is said, leaves nothing half-written, is read on and, with room again, written', async () => {
      const seen = await filled(
        (disk) => `mount -t tmpfs -o size=8m tmpfs ${disk} && head -c 1500000 /dev/zero > ${disk}/filler`,
        (disk) => `${disk}/filler`,
      );
      expect(seen).toEqual({
        ...asExpected,
        elsewhere: expect.stringMatching(/^QuotaExceededError: There is no room left in \S+\/data\/new, /),
        afterwards: 'pushed',
      });
    });
  });
}

describe.skipIf(process.platform === 'win32')('a limit on the size of files', { timeout: 60_000 }, () => {
  it('is said, leaves nothing half-written, and is read on', async () => {
    const { path, remove } = await temporaryFolder();
    onTestFinished(remove);
    const args = nodeArguments('fill.mts', join(path, 'data'));
    const { stdout } = await run('sh', ['-c', 'ulimit -f 2000 && exec "$@"', 'sh', process.execPath, ...args]);
    expect(JSON.parse(stdout)).toMatchObject(asExpected);
  });
});
