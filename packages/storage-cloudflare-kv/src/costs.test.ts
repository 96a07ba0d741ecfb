import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { type BuiltBlob, type BuiltImage, buildImage } from '@coracle/core/testing';
import type { LaggingKv } from '@coracle/storage-suite';
import { describe, expect, it } from 'vitest';
import { countedStorage, promptKv, second } from '../test-support/storage.ts';

/** The calls of KV that requests to `/v2/` cost. The README has the same numbers, and their price. */

const host = 'registry.example.com';

/** An isolate that has seen nothing. Each of its requests comes a second after the one before. */
function pusherOn(kv: LaggingKv) {
  const { storage, taken } = countedStorage(kv);
  const engine = createEngine({ storage, clock: kv.now, services: [ecrPublic, ecr] });
  const { distribution } = engine;
  const at = () => {
    kv.advance(second);
    return { host, path: 'team/web' };
  };
  const contentOf = async function* (bytes: Uint8Array) {
    yield bytes;
  };
  const pushBlob = async ({ digest, bytes }: BuiltBlob) => {
    await distribution.getBlob(at(), digest).catch(() => undefined);
    const { uploadId } = await distribution.startUpload(at());
    await distribution.appendToUpload(at(), uploadId, contentOf(bytes));
    await distribution.finishUpload(at(), uploadId, digest);
  };
  const pushManifest = async (manifest: string, tag: string) =>
    distribution.putManifest(at(), tag, { bytes: new TextEncoder().encode(manifest) });
  const push = async ({ blobs, manifest }: BuiltImage, tag: string) => {
    for (const blob of blobs) await pushBlob(blob);
    await pushManifest(manifest, tag);
  };
  return { engine, distribution, at, push, pushManifest, taken };
}

/** A registry with the repository, and an isolate that has pushed before. */
async function opened() {
  const kv = promptKv();
  const pusher = pusherOn(kv);
  await pusher.engine.ecr.createRepository({ repositoryName: 'team/web' });
  await pusher.push(await buildImage({ layers: ['first of all'] }), 'first');
  pusher.taken();
  return { kv, ...pusher };
}

type Taken = ReturnType<ReturnType<typeof pusherOn>['taken']>;

const billed = ({ reads, puts, deletes, lists }: Taken) => ({ reads, puts, deletes, lists });

/** Returns the cost of each of `count` further items. */
function difference(less: Taken, more: Taken, count: number) {
  const each = (of: 'reads' | 'puts' | 'deletes' | 'lists') => (more[of] - less[of]) / count;
  return { reads: each('reads'), puts: each('puts'), deletes: each('deletes'), lists: each('lists') };
}

describe('a push as docker does it', () => {
  it('of an image with a config and one layer', async () => {
    const { push, taken } = await opened();
    await push(await buildImage({ layers: ['one'] }), 'v1');
    expect(billed(taken())).toEqual({ reads: 77, puts: 17, deletes: 4, lists: 2 });
  });

  it('with each further layer', async () => {
    const [one, three] = [await opened(), await opened()];
    await one.push(await buildImage({ layers: ['one'] }), 'v1');
    await three.push(await buildImage({ layers: ['one', 'two', 'three'] }), 'v1');
    expect(difference(one.taken(), three.taken(), 2)).toEqual({ reads: 34, puts: 6, deletes: 2, lists: 1 });
  });

  it('with each further 8 MiB of a layer', async () => {
    const [one, three] = [await opened(), await opened()];
    const layer = (pieces: number) => new Uint8Array(pieces * 8 * 1024 * 1024);
    await one.push(await buildImage({ layers: [layer(1)] }), 'v1');
    await three.push(await buildImage({ layers: [layer(3)] }), 'v1');
    expect(difference(one.taken(), three.taken(), 2)).toEqual({ reads: 3, puts: 2, deletes: 1, lists: 0 });
  });

  it('is one put and one key read more in an isolate that has just begun', async () => {
    const { kv } = await opened();
    // The caches may still hold what was there before the repository was created.
    kv.settle();
    const { push, taken } = pusherOn(kv);
    await push(await buildImage({ layers: ['one'] }), 'v1');
    expect(billed(taken())).toEqual({ reads: 78, puts: 18, deletes: 4, lists: 2 });
  });

  it('under one tag more', async () => {
    const { push, pushManifest, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    taken();
    await pushManifest(image.manifest, 'v2');
    expect(billed(taken())).toEqual({ reads: 17, puts: 5, deletes: 0, lists: 0 });
  });
});

describe('a pull', () => {
  it('of a manifest by tag waits for KV twice, also in an isolate that has just begun', async () => {
    const { kv, push } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    // The caches may still hold that there was no such image when it was pushed.
    kv.settle();
    const { storage, taken } = countedStorage(kv);
    const { distribution } = createEngine({ storage, clock: kv.now, services: [ecrPublic, ecr] });
    // The version of what is stored is read beside the first of them.
    const costs = { v1: { gets: 3, reads: 7 }, [image.digest]: { gets: 2, reads: 5 } };
    for (const [reference, cost] of Object.entries(costs)) {
      const { digest } = await distribution.getManifest({ host, path: 'team/web' }, reference);
      expect(digest).toBe(image.digest);
      expect(taken()).toMatchObject({ rounds: 2, lists: 0, ...cost });
    }
  });

  it('of a blob of one piece waits for KV three times', async () => {
    const { push, distribution, at, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    taken();
    for await (const _ of (await distribution.getBlob(at(), image.blobs[0]?.digest ?? '')).read());
    expect(taken()).toMatchObject({ rounds: 3, gets: 3, reads: 7, lists: 0 });
  });

  it('of the names of all tags is one list', async () => {
    const { pushManifest, push, distribution, at, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    for (let nth = 0; nth < 20; nth++) await pushManifest(image.manifest, `t${nth}`);
    taken();
    expect((await distribution.getTags(at())).tags).toHaveLength(22);
    expect(taken()).toMatchObject({ rounds: 2, lists: 1, reads: 4 });
  });
});
