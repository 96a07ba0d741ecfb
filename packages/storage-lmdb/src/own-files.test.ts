import { lstatSync, renameSync } from 'node:fs';
import { chmod, chown, mkdir, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { output, run } from '../../../test/support/commands.ts';
import { emptyFolder, treeOf, usedFolder } from '../test-support/folders.ts';
import { nodeArguments } from '../test-support/programs.ts';
import { lmdbStorage } from './index.ts';

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

/** Here root may change no mode of files that belong to others, as it may nowhere on a file system without modes. */
const unshared = ['--map-root-user'];
const canUnshare =
  isRoot &&
  (await run('unshare', [...unshared, 'true']).then(
    ({ code }) => code === 0,
    () => false,
  ));

const files = ['coracle.json', 'open.mdb', 'open.mdb-lock', 'records.mdb', 'records.mdb-lock', 'pieces/kept'];
const folders = ['incoming', 'pieces'];
const closed = Object.fromEntries([...files.map((name) => [name, '600']), ...folders.map((name) => [name, '700'])]);
const modesIn = (folder: string) =>
  Object.fromEntries(Object.entries(treeOf(folder)).map(([name, found]) => [name, found.split(' ')[0]]));

const asNobody = (...paths: string[]) => output(process.execPath, nodeArguments('as-nobody.mts', ...paths));

/** Returns a folder in which a user who is not root may make others. */
async function nobodysFolder(): Promise<string> {
  const folder = await emptyFolder();
  if (isRoot) await chown(folder, nobody, nobody);
  return folder;
}

describe.skipIf(process.platform === 'win32')(
  'what the storage keeps is for one user alone',
  { timeout: 30_000 },
  () => {
    it.each(['000', '022', '777'])('whatever the umask: %s', async (umask) => {
      const folder = join(await nobodysFolder(), 'a', 'data');
      const command = [process.execPath, ...nodeArguments('as-nobody.mts', folder)];
      expect(await output('sh', ['-c', `umask ${umask} && exec "$@"`, 'sh', ...command])).toBe('kept\n');
      expect(modesIn(folder)).toEqual(closed);
      for (const path of [folder, join(folder, '..')]) expect(lstatSync(path).mode & 0o7777).toBe(0o700);
    });

    it('also what an earlier start left open, but the folder that was given keeps its mode', async () => {
      const folder = await usedFolder();
      await writeFile(join(folder, 'pieces', 'not one.txt'), '');
      for (const name of [...files, 'pieces/not one.txt']) await chmod(join(folder, name), 0o644);
      for (const name of [...folders, '']) await chmod(join(folder, name), 0o755);
      await lmdbStorage(folder).close();
      expect(modesIn(folder)).toEqual({ ...closed, 'pieces/not one.txt': '644' });
      expect(lstatSync(folder).mode & 0o7777).toBe(0o755);
    });
  },
);

describe.skipIf(process.platform === 'win32')('a folder is refused and stays as it is', () => {
  const names = [...folders, 'open.mdb', 'open.mdb-lock', 'records.mdb', 'records.mdb-lock'];

  it.each(names)('if its %s is a symbolic link, also one to the very thing', async (name) => {
    const [folder, far] = [await usedFolder(), join(await emptyFolder(), 'far')];
    renameSync(join(folder, name), far);
    await symlink(far, join(folder, name));
    const before = treeOf(folder);
    expect(() => lmdbStorage(folder)).toThrow(
      new RegExp(`^${join(folder, name)} is a symbolic link, but @coracle/storage-lmdb needs a real (file|folder)`),
    );
    expect(treeOf(folder)).toEqual(before);
  });

  it.each(names)('if its %s is a symbolic link to nothing, which is not made', async (name) => {
    const [folder, elsewhere] = [await usedFolder(), await emptyFolder()];
    await rm(join(folder, name), { recursive: true });
    await symlink(join(elsewhere, 'new'), join(folder, name));
    expect(() => lmdbStorage(folder)).toThrow(' is a symbolic link, but @coracle/storage-lmdb needs a real ');
    expect(await readdir(elsewhere)).toEqual([]);
  });

  it.each(names)('if its %s is of another kind', async (name) => {
    const folder = await usedFolder();
    await rm(join(folder, name), { recursive: true });
    await (folders.includes(name) ? writeFile(join(folder, name), '') : mkdir(join(folder, name)));
    const before = treeOf(folder);
    expect(() => lmdbStorage(folder)).toThrow(/ is not a (file|folder), but @coracle\/storage-lmdb needs a real /);
    expect(treeOf(folder)).toEqual(before);
  });

  it.runIf(isRoot)('if one of them belongs to another user', { timeout: 30_000 }, async () => {
    const outer = await nobodysFolder();
    const others = [...names, 'coracle.json'].map((name) => ({ name, folder: join(outer, `with another ${name}`) }));
    const all = others.map(({ folder }) => folder);
    expect(await asNobody(...all)).toBe('kept\n'.repeat(all.length));
    for (const { name, folder } of others) {
      await chown(join(folder, name), 1, 1);
      await chmod(join(folder, name), 0o777);
    }
    const before = treeOf(outer);
    expect((await asNobody(...all)).trim().split('\n')).toEqual(
      others.map(
        ({ name, folder }) =>
          `${join(folder, name)} belongs to another user, who could change the data there: ` +
          'start Coracle as that user, or choose another data folder.',
      ),
    );
    expect(treeOf(outer)).toEqual(before);
  });

  it.runIf(isRoot)(
    'unless this user is root',
    async () => {
      const folder = join(await nobodysFolder(), 'data');
      await asNobody(folder);
      const { records, close } = lmdbStorage(folder, { warn: () => undefined });
      expect(await records.getMany(['kept'])).toEqual([{ key: 'kept', version: '1', value: 'by nobody' }]);
      await close();
    },
    30_000,
  );
});

describe.skipIf(process.platform === 'win32')('the user is told in a sentence, and the storage opens', () => {
  const warningsOf = async (folder: string): Promise<string[]> => {
    const warn = vi.fn<(sentence: string) => void>();
    await lmdbStorage(folder, { warn }).close();
    return warn.mock.calls.flat();
  };
  const mayWrite = (folder: string) =>
    `Other users may write in ${folder}, and can replace the data there: ` +
    'make it your own (chown, chmod go-w), or choose another folder.';

  it.each([0o720, 0o702, 0o1777])('if others may write in the folder: %o', async (mode) => {
    const folder = await emptyFolder();
    await chmod(folder, mode);
    for (let times = 0; times < 2; times++) expect(await warningsOf(folder)).toEqual([mayWrite(folder)]);
  });

  it.each([0o700, 0o755])('and not if they may not: %o', async (mode) => {
    const folder = await emptyFolder();
    await chmod(folder, mode);
    expect(await warningsOf(folder)).toEqual([]);
  });

  it.runIf(isRoot)('if the folder belongs to another user', async () => {
    const folder = await nobodysFolder();
    expect(await warningsOf(folder)).toEqual([mayWrite(folder)]);
  });

  it.runIf(canUnshare)('if the file system keeps no modes', { timeout: 30_000 }, async () => {
    const folder = await usedFolder();
    await output('sh', ['-c', 'chown -R 1:1 "$0" && chmod -R a+rwX "$0"', folder]);
    const command = [process.execPath, ...nodeArguments('many-pieces.mts', folder)];
    const { stdout, stderr } = await run('unshare', [...unshared, ...command]);
    expect(stdout).toBe('500\n');
    expect(stderr).toContain(
      `Other users may read the data in ${folder}, because its file system does not keep the mode of a file: `,
    );
  });

  it('by a warning of the process, if nothing else was asked for', async () => {
    const folder = await emptyFolder();
    await chmod(folder, 0o777);
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    await lmdbStorage(folder).close();
    expect((await warned).message).toBe(mayWrite(folder));
  });
});
