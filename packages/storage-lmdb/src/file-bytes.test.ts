import { readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { emptyFolder } from '../test-support/folders.ts';
import { lmdbStorage } from './index.ts';

async function openFolder() {
  const folder = await emptyFolder();
  const { bytes, close } = lmdbStorage(folder);
  onTestFinished(close);
  return { folder, bytes };
}

describe('a piece', () => {
  it.each(['a file', 'a symbolic link'])('is not written over %s that lies in its way, which stays', async (kind) => {
    const { folder, bytes } = await openFolder();
    const [inTheWay, far] = [join(folder, 'incoming', 'id'), join(await emptyFolder(), 'photo')];
    await writeFile(far, 'b');
    await (kind === 'a file' ? writeFile(inTheWay, 'b') : symlink(far, inTheWay));
    await expect(bytes.put('id', Uint8Array.of(1))).rejects.toThrow(
      `A file in ${folder} that @coracle/storage-lmdb did not create is in the way: remove that file. (EEXIST`,
    );
    expect([await readFile(inTheWay, 'utf8'), await readFile(far, 'utf8')]).toEqual(['b', 'b']);
    expect(await bytes.get('id')).toBeUndefined();
    await rm(inTheWay);
    await bytes.put('id', Uint8Array.of(1));
    expect(await bytes.get('id')).toEqual(Uint8Array.of(1));
  });

  it.skipIf(process.platform === 'win32')(
    'is not read through a symbolic link, nor is what is behind it removed',
    async () => {
      const { folder, bytes } = await openFolder();
      const far = join(await emptyFolder(), 'photo');
      await writeFile(far, 'b');
      await symlink(far, join(folder, 'pieces', 'id'));
      await expect(bytes.get('id')).rejects.toThrow(/^A symbolic link is in the way/);
      await expect(bytes.put('id', Uint8Array.of(1))).rejects.toThrow(/^A symbolic link is in the way/);
      await bytes.remove(['id']);
      expect(await readdir(join(folder, 'pieces'))).toEqual([]);
      expect(await readFile(far, 'utf8')).toBe('b');
    },
  );
});
