import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buildImage } from '@coracle/core/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ociFiles, tar } from '../../test-support/archives.ts';
import { manifestOf, registryWithRepository, repository } from '../../test-support/registry.ts';
import { importImage } from '../index.ts';
import { fromPath } from './index.ts';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'coracle-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const built = await buildImage({ layers: ['one', new Uint8Array(2_500_000)] });
const files = ociFiles({ v1: built });

async function writeLayout(folder: string): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

describe('fromPath', () => {
  it('opens an archive', async () => {
    const path = join(await temporaryFolder(), 'image.tar');
    await writeFile(path, await tar(files));
    const registry = await registryWithRepository();
    await importImage(registry, await fromPath(path), { repository });
    expect(await manifestOf(registry, 'v1')).toBe(built.manifest);
  });

  it('opens a folder', async () => {
    const folder = await temporaryFolder();
    await writeLayout(folder);
    const registry = await registryWithRepository();
    await importImage(registry, await fromPath(folder), { repository });
    expect(await manifestOf(registry, 'v1')).toBe(built.manifest);
  });

  it('refuses a link in a folder that leads out of it', async () => {
    const folder = await temporaryFolder();
    await symlink('/etc/hostname', join(folder, 'index.json'));
    const registry = await registryWithRepository();
    await expect(importImage(registry, await fromPath(folder), { repository })).rejects.toMatchObject({
      name: 'ImageTarError',
      code: 'INVALID_ARCHIVE',
      message: expect.stringMatching(/'index\.json' .* leads to '\/etc\/hostname', .*Replace the link with a copy/),
    });
  });

  it('refuses what is neither a file nor a folder', async () => {
    await expect(fromPath('/dev/null')).rejects.toMatchObject({
      name: 'ImageTarError',
      code: 'UNSUPPORTED_ARCHIVE',
      message: expect.stringContaining("'/dev/null' is neither a file nor a folder"),
    });
  });

  it('says that a folder has no image', async () => {
    const importing = importImage(await registryWithRepository(), await fromPath(await temporaryFolder()), {
      repository,
    });
    await expect(importing).rejects.toThrow("no 'index.json' and no 'manifest.json'");
  });

  it('says that a file was changed while it was read', async () => {
    const path = join(await temporaryFolder(), 'image.tar');
    await writeFile(path, await tar(files));
    const source = await fromPath(path);
    await writeFile(path, 'other');
    const importing = importImage(await registryWithRepository(), source, { repository });
    await expect(importing).rejects.toThrow('was changed while it was read: import it again');
  });

  it('says that a file does not exist', async () => {
    await expect(fromPath(join(await temporaryFolder(), 'ghost.tar'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
