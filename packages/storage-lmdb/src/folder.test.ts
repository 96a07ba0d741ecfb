import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { output } from '../../../test/support/commands.ts';
import { emptyFolder, usedFolder } from '../test-support/folders.ts';
import { nodeArguments } from '../test-support/programs.ts';
import { lmdbStorage } from './index.ts';

async function expectKept(folder: string): Promise<void> {
  const { records, bytes, close } = lmdbStorage(folder);
  expect(await records.getMany(['kept'])).toEqual([{ key: 'kept', version: '1', value: 'a record' }]);
  expect(await bytes.get('kept')).toEqual(Uint8Array.of(1, 2, 3));
  await close();
}

describe('a folder', () => {
  it('is made where there is none, with those above it', async () => {
    const folder = join(await emptyFolder(), 'a', 'b');
    await lmdbStorage(folder).close();
    expect(existsSync(join(folder, 'coracle.json'))).toBe(true);
  });

  it('may be named relative to the working directory', async () => {
    const folder = await usedFolder();
    await expectKept(relative(process.cwd(), folder));
  });

  it('is cleared of pieces that a killed process had not written to their end', async () => {
    const folder = await usedFolder();
    await writeFile(join(folder, 'incoming', 'half'), 'ha');
    await expectKept(folder);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    const { bytes, close } = lmdbStorage(folder);
    expect(await bytes.get('half')).toBeUndefined();
    await close();
  });

  it('is cleared of nothing else', async () => {
    const [folder, far] = [await usedFolder(), await emptyFolder()];
    await writeFile(join(far, 'photo'), 'b');
    const incoming = join(folder, 'incoming');
    const others = ['thesis.txt', 'Thesis', '.hidden', '_', '.room.', 'x'.repeat(65)];
    for (const name of [...others, 'a_b-1', '.room.17', `.room.${crypto.randomUUID()}`]) {
      await writeFile(join(incoming, name), 'a');
    }
    await mkdir(join(incoming, 'sub'));
    await symlink(far, join(incoming, 'link'));
    await symlink(join(far, 'photo'), join(incoming, 'photo'));
    await expectKept(folder);
    expect(new Set(await readdir(incoming))).toEqual(new Set([...others, 'sub', 'link', 'photo']));
    expect(await readFile(join(far, 'photo'), 'utf8')).toBe('b');
  });

  it('in which a process was killed before LMDB had written anything is taken', async () => {
    const folder = await emptyFolder();
    await lmdbStorage(folder).close();
    for (const file of ['records.mdb', 'open.mdb']) await truncate(join(folder, file), 0);
    await lmdbStorage(folder).close();
  });

  it('keeps pieces apart whose ids differ in case alone, also where the file system does not', async () => {
    const folder = await emptyFolder();
    const { bytes, close } = lmdbStorage(folder);
    await Promise.all([bytes.put('Ab', Uint8Array.of(1)), bytes.put('aB', Uint8Array.of(2))]);
    expect([await bytes.get('Ab'), await bytes.get('aB')]).toEqual([Uint8Array.of(1), Uint8Array.of(2)]);
    const names = await readdir(join(folder, 'pieces'));
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(2);
    await close();
  });
});

describe('a folder that cannot be used is refused in a sentence, and left as it is', () => {
  it('a file', async () => {
    const file = join(await emptyFolder(), 'file');
    await writeFile(file, 'text');
    for (const folder of [file, join(file, 'below')]) {
      expect(() => lmdbStorage(folder)).toThrow(
        `${folder} is a file, or is below a file: choose a folder. The folder is created if it does not exist.`,
      );
    }
    expect(await readFile(file, 'utf8')).toBe('text');
  });

  it('one that this user may not write in, or whose files are for reading only', async () => {
    const outer = await emptyFolder();
    await chmod(outer, 0o755);
    const closed = join(outer, 'closed');
    await mkdir(closed, { mode: 0o555 });
    const used = await usedFolder();
    await chmod(used, 0o777);
    for (const name of await readdir(used)) await chmod(join(used, name), name === 'records.mdb' ? 0o444 : 0o777);
    const folders = [closed, join(closed, 'below'), used];
    const said = await output(process.execPath, nodeArguments('as-nobody.mts', ...folders));
    expect(said.trim().split('\n')).toEqual(
      folders.map((folder) =>
        expect.stringMatching(
          `This user may not write in ${folder}: make it writable, or choose another folder. .EACCES`,
        ),
      ),
    );
  });

  it('one that was written by a newer version', async () => {
    const folder = await usedFolder();
    await writeFile(join(folder, 'coracle.json'), '{"format":"storage-lmdb","version":2}\n');
    expect(() => lmdbStorage(folder)).toThrow(
      `${folder} was written by a newer @coracle/storage-lmdb. The data in the folder have the format 2, and this version reads only the format 1. Update @coracle/storage-lmdb, or choose`,
    );
  });

  it.each(['', 'null', '{}', '{"version":"1"}', '{"version":0}', '{"version":1}'])(
    'one whose coracle.json is %j',
    async (text) => {
      const folder = await usedFolder();
      await writeFile(join(folder, 'coracle.json'), text);
      expect(() => lmdbStorage(folder)).toThrow(/coracle\.json was not written by @coracle\/storage-lmdb: choose/);
    },
  );

  it.each(['records.mdb', 'open.mdb'])('one whose %s is damaged', async (name) => {
    const folder = await usedFolder();
    await writeFile(join(folder, name), 'x'.repeat(10_000));
    expect(() => lmdbStorage(folder)).toThrow(
      `${join(folder, name)} is damaged: it is not an LMDB file. Restore the folder from a backup, or choose another folder.`,
    );
  });
});

describe('lmdbStorage refuses with a reason', () => {
  async function storage() {
    const opened = lmdbStorage(await emptyFolder());
    onTestFinished(opened.close);
    return opened;
  }

  it('any call once it is closed, but for closing it again', async () => {
    const folder = await emptyFolder();
    const { records, bytes, close } = lmdbStorage(folder);
    const underWay = bytes.put('put', Uint8Array.of(1));
    await close();
    await underWay;
    const refused = `The storage in ${folder} is closed: open the folder again.`;
    for (const call of [
      () => records.getMany(['a']),
      () => records.list({ prefix: '', limit: 1 }),
      () => records.commit({ remove: ['a'] }),
      () => bytes.put('a', Uint8Array.of(1)),
      () => bytes.get('put'),
      () => bytes.remove(['put']),
    ]) {
      await expect(call()).rejects.toThrow(refused);
    }
    await close();
  });

  it('a key that is too long, or not printable ASCII', async () => {
    const { records } = await storage();
    const put = (key: string) => records.commit({ put: [{ key, version: '1', value: 1 }] });
    await expect(put('k'.repeat(513))).rejects.toThrow(/513 characters.*1 to 512/);
    for (const key of ['ké', 'k\n', '']) await expect(put(key)).rejects.toThrow(/printable ASCII/);
    expect(await records.getMany(['k'.repeat(513), 'ké', ''])).toEqual([undefined, undefined, undefined]);
  });

  it('a value over 64 KiB, and then writes nothing', async () => {
    const { records } = await storage();
    const put = (value: string) => ({
      put: [
        { key: 'small', version: '1', value: 1 },
        { key: 'large', version: '1', value },
      ],
    });
    await expect(records.commit(put('x'.repeat(65_535)))).rejects.toThrow(/65537 bytes of JSON under "large"/);
    expect(await records.getMany(['small', 'large'])).toEqual([undefined, undefined]);
    expect(await records.commit(put('x'.repeat(65_534)))).toEqual({ ok: true });
  });

  it('a page of none, or of more than a thousand', async () => {
    const { records } = await storage();
    for (const limit of [0, 1001, 1.5]) await expect(records.list({ prefix: '', limit })).rejects.toThrow(/1 to 1000/);
  });

  it('other bytes under an id that is taken', async () => {
    const { bytes } = await storage();
    const put = (byte: number) => bytes.put('id', Uint8Array.of(byte));
    const outcomes = await Promise.allSettled([put(1), put(2), put(1)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await expect(put(2)).rejects.toThrow(/never overwritten/);
    expect(await bytes.get('id')).toEqual(Uint8Array.of(1));
  });

  it('a piece that is larger than it says it takes', async () => {
    const { bytes } = await storage();
    await expect(bytes.put('huge', new Uint8Array(bytes.maxBytes + 1))).rejects.toThrow(/at most 67108864 bytes/);
  });

  it.each(['../coracle.json', 'a/b', 'a_b', '.', '', 'a'.repeat(65)])(
    'the id %j, which it neither reads nor removes',
    async (id) => {
      const { bytes } = await storage();
      await expect(bytes.put(id, Uint8Array.of(1))).rejects.toThrow(/use an id of 1 to 64 letters, digits and '-'/);
      expect(await bytes.get(id)).toBeUndefined();
      await bytes.remove([id]);
    },
  );
});
