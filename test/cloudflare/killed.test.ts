import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { killableWorkerd } from '../workers/killable.ts';
import { describeWithWorkerd } from '../workers/miniflare.ts';
import { finish, nextByte, patch, pulledDigest, pushBlob, resume, startUpload } from './client.ts';
import { all, digest, large, repository, small } from './interrupted-push.ts';
import { WatchedRegistry } from './watched-registry.ts';

/** SIGKILL ends workerd, and thereby the Worker, the object and the bucket. They start again on the same files. */
describeWithWorkerd('a registry that is killed in the midst of a push', () => {
  let folder: Awaited<ReturnType<typeof temporaryFolder>>;
  let workerd: Awaited<ReturnType<typeof killableWorkerd>>;
  let registry: WatchedRegistry;
  let upload: string;

  const start = async () => {
    registry = await WatchedRegistry.start({ defaultPersistRoot: join(folder.path, 'state') });
  };
  beforeEach(async () => {
    folder = await temporaryFolder();
    workerd = await killableWorkerd(folder.path);
    await start();
    await pushBlob(registry.send, repository, small);
    upload = await startUpload(registry.send, repository);
  });
  afterEach(async () => {
    await registry?.worker.dispose();
    workerd?.restore();
    await folder?.remove();
  });

  /** Pushes the layer, has workerd killed at a step, and starts it again. */
  async function pushKilledAt(step: string, before = 0): Promise<void> {
    const { send } = registry;
    registry.at(step, async (steps) => {
      if (steps === before) await workerd.kill();
      return undefined;
    });
    const pushed = (async () => finish(send, await patch(send, upload, large), digest))();
    await expect(pushed).rejects.toThrow('fetch failed');
    await registry.worker.dispose();
    await start();
  }

  it.each([
    ['between two pieces', 'put', 1, 0],
    ['between the last piece and the record', 'appendPieces', 0, 0],
    ['after the record', 'after appendPieces', 0, large.length],
    ['before the upload becomes a blob', 'finishUpload', 0, large.length],
  ] as const)('%s shows nothing half, and the client goes on', async (_, step, before, stands) => {
    await pushKilledAt(step, before);
    const { send } = registry;
    expect(await nextByte(send, upload)).toBe(stands);
    expect((await send(`/v2/${repository}/blobs/${digest}`)).status).toBe(404);
    await resume(send, upload, large);
    await registry.collect(3);
    expect(await registry.pieces()).toEqual(all);
    expect(await pulledDigest(send, repository, digest)).toBe(digest);
  });

  it('after the upload has become a blob has the whole blob', async () => {
    await pushKilledAt('after finishUpload');
    expect(await pulledDigest(registry.send, repository, digest)).toBe(digest);
    expect((await registry.send(upload)).status).toBe(404);
    await registry.collect(3);
    expect(await registry.pieces()).toEqual(all);
  });

  it('deletes the pieces of the push even if no client ever comes back', async () => {
    await pushKilledAt('appendPieces');
    expect(await registry.pieces()).toEqual(all);
    await registry.collect(3);
    expect(await registry.pieces()).toEqual([1000]);
  });
});
