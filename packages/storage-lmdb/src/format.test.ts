import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, treeOf, usedFolder } from '../test-support/folders.ts';
import { lmdbStorage } from './index.ts';

describe('a folder without coracle.json', () => {
  it('is refused if it holds anything, and stays as it is', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'incoming'));
    await writeFile(join(folder, 'incoming', 'thesis'), 'a');
    const before = treeOf(folder);
    expect(() => lmdbStorage(folder)).toThrow(
      `${folder} contains "incoming" but no coracle.json, so it is not a folder of @coracle/storage-lmdb. ` +
        'Choose an empty folder, or a folder that does not exist yet.',
    );
    expect(treeOf(folder)).toEqual(before);
  });

  it.each(['pieces', 'incoming'])(
    'is refused if its %s is a symbolic link, and what is behind it stays',
    async (name) => {
      const [folder, far] = [await emptyFolder(), await emptyFolder()];
      await writeFile(join(far, 'photo'), 'b');
      await symlink(far, join(folder, name));
      expect(() => lmdbStorage(folder)).toThrow(`${folder} contains "${name}" but no coracle.json`);
      expect([await readdir(folder), await readdir(far)]).toEqual([[name], ['photo']]);
    },
  );

  it('is refused with the names of five things, in which nothing steers a terminal', async () => {
    const folder = await emptyFolder();
    for (const name of ['\u001b[2Ja', '\u009bb', 'c', 'd', 'e', 'f', 'g']) await writeFile(join(folder, name), '');
    expect(() => lmdbStorage(folder)).toThrow(
      `${folder} contains "\\u001b[2Ja", "c", "d", "e", "f" and 2 more but no coracle.json`,
    );
    for (const name of ['c', 'd', 'e', 'f']) await writeFile(join(folder, `\u009b${name}`), '');
    expect(() => lmdbStorage(folder)).not.toThrow(/\p{C}/u);
  });

  it('is taken if it holds nothing but lost+found, which stays', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'lost+found'), { mode: 0o755 });
    await lmdbStorage(folder).close();
    expect(await readdir(folder)).toEqual(expect.arrayContaining(['coracle.json', 'lost+found', 'records.mdb']));
    await lmdbStorage(folder).close();
  });
});

describe('a folder whose coracle.json was only begun', () => {
  const wholeText = async () => readFile(join(await usedFolder(), 'coracle.json'), 'utf8');

  it('is taken if there is nothing else, as a killed start leaves it', async () => {
    const whole = await wholeText();
    for (let length = 0; length < whole.length; length++) {
      const folder = await emptyFolder();
      await writeFile(join(folder, 'coracle.json'), whole.slice(0, length));
      await lmdbStorage(folder).close();
      expect(await readFile(join(folder, 'coracle.json'), 'utf8')).toBe(whole);
    }
  });

  it('is refused if there is anything else, and stays as it is', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'coracle.json'), (await wholeText()).slice(0, 10));
    await writeFile(join(folder, 'thesis'), 'a');
    const before = treeOf(folder);
    expect(() => lmdbStorage(folder)).toThrow(/coracle\.json was not written by @coracle\/storage-lmdb: choose/);
    expect(treeOf(folder)).toEqual(before);
  });
});

describe('a coracle.json that is not ours is refused, and the folder stays as it is', () => {
  it.each([
    ['of another program', (path: string) => writeFile(path, '{"version":1}')],
    ['a folder', (path: string) => mkdir(path)],
    ['a symbolic link', (path: string) => symlink('elsewhere', path)],
    ['huge', (path: string) => writeFile(path, ' '.repeat(5000))],
  ])('%s', async (_, make) => {
    const folder = await emptyFolder();
    await make(join(folder, 'coracle.json'));
    await mkdir(join(folder, 'incoming'));
    await writeFile(join(folder, 'incoming', 'thesis'), 'a');
    const before = treeOf(folder);
    expect(() => lmdbStorage(folder)).toThrow(/coracle\.json was not written by @coracle\/storage-lmdb: choose/);
    expect(treeOf(folder)).toEqual(before);
  });
});
