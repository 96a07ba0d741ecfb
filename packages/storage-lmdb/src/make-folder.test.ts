import { lstatSync } from 'node:fs';
import { mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder } from '../test-support/folders.ts';
import { lmdbStorage } from './index.ts';

describe('the path of a data folder is refused at once, and nothing is made', () => {
  it('if it is empty, or has a NUL character', () => {
    expect(() => lmdbStorage('')).toThrow(new TypeError('The path of the data folder is empty: name a folder.'));
    expect(() => lmdbStorage('da\0ta')).toThrow(/^"da\\u0000ta" has a NUL character/);
  });

  it.each(['/proc/nope', '/proc/nope/below'])(
    'if no folder can be there: %s',
    { skip: process.platform !== 'linux' },
    (path) => {
      expect(() => lmdbStorage(path)).toThrow(
        'The folder /proc/nope cannot be created, because the system allows no new folders in /proc. Choose another folder.',
      );
    },
  );

  it('if it is below a file', async () => {
    const outer = await emptyFolder();
    await writeFile(join(outer, 'file'), '');
    const folder = join(outer, 'file', 'a', 'b');
    expect(() => lmdbStorage(folder)).toThrow(`${folder} is a file, or is below a file: choose a folder`);
  });

  it.each([
    ['a name', (outer: string) => join(outer, 'new', 'n'.repeat(300))],
    ['all of it', (outer: string) => join(outer, 'new/'.repeat(3000))],
  ])('if %s is too long', async (_, pathIn) => {
    const outer = await emptyFolder();
    expect(() => lmdbStorage(pathIn(outer))).toThrow(
      /^.{80}… is too long a path, or a name in it is too long: choose a/,
    );
    expect(await readdir(outer)).toEqual([]);
  });

  it('if it leads through a symbolic link to nothing, or in a circle', async () => {
    const outer = await emptyFolder();
    const [link, circle] = [join(outer, 'link'), join(outer, 'circle')];
    await symlink('gone', link);
    await symlink('circle', circle);
    for (const folder of [link, join(link, 'below')]) {
      expect(() => lmdbStorage(folder)).toThrow(
        `${link} is a symbolic link to gone, which does not exist: create that folder, or choose another folder.`,
      );
    }
    expect(() => lmdbStorage(join(circle, 'below'))).toThrow(/^A symbolic link is in the way, or leads in a circle: /);
    expect(await readdir(outer)).toEqual(['circle', 'link']);
  });
});

describe('a data folder', () => {
  it('may be named by a symbolic link', async () => {
    const outer = await emptyFolder();
    await mkdir(join(outer, 'real'));
    await symlink('real', join(outer, 'link'));
    await lmdbStorage(join(outer, 'link', 'data')).close();
    expect(await readdir(join(outer, 'real', 'data'))).toContain('coracle.json');
  });

  it.skipIf(process.platform === 'win32')('is for this user alone if it is made, with those above it', async () => {
    const outer = await emptyFolder();
    const folder = join(outer, 'a', 'b');
    await lmdbStorage(folder).close();
    expect([folder, dirname(folder)].map((path) => lstatSync(path).mode & 0o777)).toEqual([0o700, 0o700]);
  });
});
