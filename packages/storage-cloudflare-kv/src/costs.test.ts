import { buildImage, createEngine } from '@coracle/core';
import { describe, expect, it } from 'vitest';
import { countedStorage, promptKv, second } from '../test-support/storage.ts';

/** What requests to `/v2/` cost on KV. The README says it, and what it is in money. */

const host = 'registry.example.com';

/** A registry with the repository, in an isolate that has pushed before; each request is a second after the last. */
async function opened() {
  const kv = promptKv();
  const { storage, taken } = countedStorage(kv);
  const engine = createEngine({ storage, clock: kv.now });
  const { distribution } = engine;
  const at = () => {
    kv.advance(second);
    return distribution.locate(host, 'team/web');
  };
  await engine.ecr.createRepository({ repositoryName: 'team/web' });
  const bytes = async function* (content: Uint8Array) {
    yield content;
  };
  const pushBlob = async ({ digest, bytes: content }: { digest: string; bytes: Uint8Array }) => {
    await distribution.getBlob(await at(), digest).catch(() => undefined);
    const { uploadId } = await distribution.startUpload(await at());
    await distribution.appendToUpload(await at(), uploadId, bytes(content));
    await distribution.finishUpload(await at(), uploadId, digest);
  };
  const pushManifest = async (manifest: string, tag: string) =>
    distribution.putManifest(await at(), tag, { bytes: new TextEncoder().encode(manifest) });
  const push = async (image: Awaited<ReturnType<typeof buildImage>>, tag: string) => {
    for (const blob of image.blobs) await pushBlob(blob);
    await pushManifest(image.manifest, tag);
  };
  await push(await buildImage({ layers: ['first of all'] }), 'first');
  taken();
  return { kv, engine, distribution, at, push, pushManifest, taken };
}

const billed = ({ reads, puts, deletes, lists }: { reads: number; puts: number; deletes: number; lists: number }) => ({
  reads,
  puts,
  deletes,
  lists,
});

describe('a push as docker does it', () => {
  it('of an image with a config and one layer', async () => {
    const { push, taken } = await opened();
    await push(await buildImage({ layers: ['one'] }), 'v1');
    expect(billed(taken())).toMatchInlineSnapshot(`
      {
        "deletes": 4,
        "lists": 4,
        "puts": 16,
        "reads": 90,
      }
    `);
  });

  it('with each further layer', async () => {
    const [one, three] = [await opened(), await opened()];
    await one.push(await buildImage({ layers: ['one'] }), 'v1');
    await three.push(await buildImage({ layers: ['one', 'two', 'three'] }), 'v1');
    const [less, more] = [billed(one.taken()), billed(three.taken())];
    const each = Object.entries(more).map(([name, count]) => [name, (count - less[name as keyof typeof less]) / 2]);
    expect(Object.fromEntries(each)).toMatchInlineSnapshot(`
      {
        "deletes": 2,
        "lists": 2,
        "puts": 6,
        "reads": 40,
      }
    `);
  });

  it('under one tag more', async () => {
    const { push, pushManifest, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    taken();
    await pushManifest(image.manifest, 'v2');
    expect(billed(taken())).toMatchInlineSnapshot(`
      {
        "deletes": 0,
        "lists": 0,
        "puts": 4,
        "reads": 18,
      }
    `);
  });
});

describe('a pull', () => {
  it('of a manifest by tag waits for KV twice, also in an isolate that has just begun', async () => {
    const { kv, push } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    const { storage, taken } = countedStorage(kv);
    const { distribution } = createEngine({ storage, clock: kv.now });
    for (const reference of ['v1', image.digest]) {
      const { digest } = await distribution.getManifest(await distribution.locate(host, 'team/web'), reference);
      expect(digest).toBe(image.digest);
      expect(taken()).toMatchObject({ rounds: 2, gets: 2, reads: 5, lists: 0 });
    }
  });

  it('of a blob of one piece waits for KV three times', async () => {
    const { push, distribution, at, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    taken();
    for await (const _ of (await distribution.getBlob(await at(), image.blobs[0]?.digest ?? '')).read());
    expect(taken()).toMatchObject({ rounds: 3, gets: 3, reads: 7, lists: 0 });
  });

  it('of the names of all tags is one list', async () => {
    const { pushManifest, push, distribution, at, taken } = await opened();
    const image = await buildImage({ layers: ['one'] });
    await push(image, 'v1');
    for (let nth = 0; nth < 20; nth++) await pushManifest(image.manifest, `t${nth}`);
    taken();
    expect((await distribution.getTags(await at())).tags).toHaveLength(22);
    expect(taken()).toMatchObject({ rounds: 2, lists: 1, reads: 4 });
  });
});
