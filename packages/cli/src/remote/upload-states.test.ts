import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../../../../test/support/temporary-folder.ts';
import { type UploadStatesOptions, uploadStatesIn } from './upload-states.ts';

let folder: string;
beforeEach(async () => {
  const { path, remove } = await temporaryFolder();
  folder = path;
  onTestFinished(remove);
});

const states = (options: Partial<UploadStatesOptions> = {}) =>
  uploadStatesIn({
    ...{ folder, registry: 'https://ghcr.io', repository: 'team/web', processId: 1, now: Date.now },
    isRunning: () => false,
    ...options,
  });
const upload = { location: 'https://ghcr.io/upload/1', minChunk: 5 };

describe('the states of uploads', () => {
  it('are taken over by the next process, once', async () => {
    await states().save('sha256:a', upload);
    const [two, three] = [states({ processId: 2 }), states({ processId: 3, isRunning: (id) => id === 2 })];
    expect(await two.take('sha256:b')).toBeUndefined();
    expect(await two.take('sha256:a')).toEqual(upload);
    expect(await three.take('sha256:a')).toBeUndefined();
    await two.forget('sha256:a');
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it('of a running process are left alone', async () => {
    await states().save('sha256:a', upload);
    expect(await states({ processId: 2, isRunning: (id) => id === 1 }).take('sha256:a')).toBeUndefined();
    expect(await states().take('sha256:a')).toEqual(upload);
  });

  it('belong to a registry and a repository', async () => {
    await states().save('sha256:a', upload);
    expect(await states({ registry: 'http://ghcr.io', processId: 2 }).take('sha256:a')).toBeUndefined();
    expect(await states({ repository: 'team/api', processId: 2 }).take('sha256:a')).toBeUndefined();
  });

  it('can be read by nobody else', async () => {
    await states().save('sha256:a', upload);
    const [file = ''] = await readdir(join(folder, 'uploads'));
    expect((await stat(join(folder, 'uploads', file))).mode & 0o077).toBe(0);
  });

  it('are deleted after a week', async () => {
    await states().save('sha256:old', upload);
    const [file = ''] = await readdir(join(folder, 'uploads'));
    await utimes(join(folder, 'uploads', file), 0, 0);
    expect(await states().take('sha256:other')).toBeUndefined();
    expect(await readdir(join(folder, 'uploads'))).toEqual([]);
  });

  it.each(['', '{', '[]', '{"location":"no address","minChunk":0}', '{"location":"https://a.example"}'])(
    'that are damaged are ignored: %j',
    async (text) => {
      await states().save('sha256:a', upload);
      const [file = ''] = await readdir(join(folder, 'uploads'));
      await writeFile(join(folder, 'uploads', file), text);
      expect(await states({ processId: 2 }).take('sha256:a')).toBeUndefined();
    },
  );

  it('do not make a push fail if the folder cannot be written', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const broken = states({ folder: file });
    await broken.save('sha256:a', upload);
    await broken.remember('sha256:a');
    await broken.forget('sha256:a');
    expect(await broken.take('sha256:a')).toBeUndefined();
    expect(await broken.repositoriesWith('sha256:a')).toEqual([]);
  });

  it('remember the last three repositories of a blob', async () => {
    for (const repository of ['a', 'b', 'c', 'b', 'd']) await states({ repository }).remember('sha256:a');
    expect(await states().repositoriesWith('sha256:a')).toEqual(['d', 'b', 'c']);
    expect(await states({ repository: 'b' }).repositoriesWith('sha256:a')).toEqual(['d', 'c']);
    expect(await states({ registry: 'https://quay.io' }).repositoriesWith('sha256:a')).toEqual([]);
    await mkdir(join(folder, 'blobs'), { recursive: true });
  });
});
