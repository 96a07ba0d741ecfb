import { describe, expect, it } from 'vitest';
import { privateAt, pushAt } from '../../test-support/private.ts';
import { bytesOf, emptyRegistry, streamOf, unknownDigest } from '../../test-support/registry.ts';
import { digestOf } from '../digest/digest.ts';
import { defaultHasher } from '../digest/hasher.ts';
import { type BuiltImage, buildArtifact, buildImage, buildIndex } from '../testing/build-image.ts';

async function open() {
  const registry = emptyRegistry();
  await registry.ecr.createRepository({ repositoryName: 'team/web' });
  const at = await privateAt(registry, 'team/web');
  const push = async (image: BuiltImage) => {
    await pushAt(registry, at, image.digest, image);
    return image;
  };
  return { registry, distribution: registry.distribution, at, push };
}

const sha512 = (text: string) => digestOf(defaultHasher, bytesOf(text), 'sha512');

describe('the referrers of an image', () => {
  it('have what their manifests say, also those that were there before it', async () => {
    const { distribution, at, push } = await open();
    const subject = await buildImage();
    const plain = await buildArtifact({ artifactType: 'text/x-note', subject });
    const noted = await buildArtifact({ artifactType: 'text/x-note', subject, annotations: { note: 'x' } });
    const typeless = { ...(JSON.parse(plain.manifest) as object), artifactType: undefined };
    const manifest = JSON.stringify(typeless);
    const byConfig = { ...plain, manifest, digest: await digestOf(defaultHasher, bytesOf(manifest)) };
    const index = {
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      artifactType: 'text/x-index',
      manifests: [],
      subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.manifest.length },
    };
    const list = { ...(await buildIndex({ images: [] })), manifest: JSON.stringify(index) };
    const ofIndex = { ...list, digest: await digestOf(defaultHasher, bytesOf(list.manifest)) };
    for (const image of [plain, subject, noted, byConfig, ofIndex]) await push(image);

    const expected = [
      { image: plain, artifactType: 'text/x-note' },
      { image: noted, artifactType: 'text/x-note', annotations: { note: 'x' } },
      { image: byConfig, artifactType: 'application/vnd.oci.empty.v1+json' },
      { image: ofIndex, artifactType: 'text/x-index' },
    ]
      .map(({ image: { mediaType, digest, manifest }, ...rest }) => ({
        mediaType,
        digest,
        size: manifest.length,
        ...rest,
      }))
      .sort((a, b) => (a.digest < b.digest ? -1 : 1));
    expect(await distribution.getReferrers(at, subject.digest)).toEqual({ referrers: expected, more: false });
    expect(await distribution.getReferrers(at, subject.digest, { artifactType: 'text/x-index' })).toEqual({
      referrers: expected.filter(({ artifactType }) => artifactType === 'text/x-index'),
      more: false,
    });
    const [first, ...rest] = expected;
    expect(await distribution.getReferrers(at, subject.digest, { last: first?.digest ?? '' })).toEqual({
      referrers: rest,
      more: false,
    });
  });

  it('go with their images', async () => {
    const { distribution, at, push } = await open();
    const subject = await push(await buildImage());
    const note = await push(await buildArtifact({ artifactType: 'text/x-note', subject }));
    await distribution.deleteManifest(at, note.digest);
    expect(await distribution.getReferrers(at, subject.digest)).toEqual({ referrers: [], more: false });
  });

  it('are many', async () => {
    const { distribution, at, push } = await open();
    const subject = await buildImage();
    for (let i = 0; i < 60; i++) {
      await push(await buildArtifact({ artifactType: `text/x-${i % 2}`, subject, annotations: { i: `${i}` } }));
    }
    expect((await distribution.getReferrers(at, subject.digest)).referrers).toHaveLength(60);
    const odd = await distribution.getReferrers(at, subject.digest, { artifactType: 'text/x-1' });
    expect(odd.referrers).toHaveLength(30);
  });

  it('are none of what is not there, and refused for what is no digest', async () => {
    const { registry, distribution, at } = await open();
    const none = { referrers: [], more: false };
    expect(await distribution.getReferrers(at, unknownDigest)).toEqual(none);
    expect(await distribution.getReferrers(await privateAt(registry, 'no/where'), unknownDigest)).toEqual(none);
    await expect(distribution.getReferrers(at, 'v1')).rejects.toMatchObject({
      ociCode: 'DIGEST_INVALID',
    });
  });
});

describe('a tree that is addressed by sha512', () => {
  it('is pushed, pulled, referred to and deleted', async () => {
    const { distribution, at } = await open();
    const [config, layer] = ['{}', 'a layer'];
    const descriptor = async (text: string, mediaType: string) => ({
      mediaType,
      digest: await sha512(text),
      size: text.length,
    });
    for (const text of [config, layer]) {
      const { uploadId } = await distribution.startUpload(at, { algorithm: 'sha512' });
      await distribution.appendToUpload(at, uploadId, streamOf(text));
      await distribution.finishUpload(at, uploadId, await sha512(text));
    }
    const mediaType = 'application/vnd.oci.image.manifest.v1+json';
    const manifestOf = async (more: object) =>
      JSON.stringify({
        schemaVersion: 2,
        mediaType,
        config: await descriptor(config, 'application/vnd.oci.image.config.v1+json'),
        layers: [await descriptor(layer, 'application/vnd.oci.image.layer.v1.tar')],
        ...more,
      });
    const image = await manifestOf({});
    const note = await manifestOf({ artifactType: 'text/x-note', subject: await descriptor(image, mediaType) });
    for (const [text, tags] of [
      [image, ['v1']],
      [note, []],
    ] as const) {
      const digest = await sha512(text);
      const put = await distribution.putManifest(at, digest, { bytes: bytesOf(text), mediaType, tags });
      expect(put.digest).toBe(digest);
    }
    const digest = await sha512(image);
    expect((await distribution.getManifest(at, 'v1')).digest).toBe(digest);
    expect((await distribution.getReferrers(at, digest)).referrers).toEqual([
      { ...(await descriptor(note, mediaType)), artifactType: 'text/x-note' },
    ]);
    for (const text of [note, image]) await distribution.deleteManifest(at, await sha512(text));
    for (const text of [config, layer]) await distribution.deleteBlob(at, await sha512(text));
  });
});

describe('a list of referrers', () => {
  const subject = `sha256:${'1'.repeat(64)}`;
  const withReferrers = async (annotations: (i: number) => Record<string, string>, count: number) => {
    const opened = await open();
    const { distribution, at } = opened;
    for (let i = 0; i < count; i++) {
      const body = {
        schemaVersion: 2,
        mediaType: 'application/vnd.oci.image.index.v1+json',
        artifactType: i % 2 === 0 ? 'text/x-even' : 'Text/X-Odd',
        manifests: [],
        subject: { mediaType: 'text/plain', digest: subject, size: 1 },
        annotations: { ...annotations(i), i: String(i) },
      };
      await distribution.putManifest(at, `t${i}`, { bytes: bytesOf(JSON.stringify(body)) });
    }
    return opened;
  };
  const all = async ({ distribution, at }: Awaited<ReturnType<typeof open>>, artifactType?: string) => {
    const pages: (string | undefined)[][] = [];
    for (let last: string | undefined; ; ) {
      const page = await distribution.getReferrers(at, subject, {
        ...(artifactType === undefined ? {} : { artifactType }),
        ...(last === undefined ? {} : { last }),
      });
      pages.push(page.referrers.map((one) => one.annotations?.['i']));
      if (!page.more) return pages;
      last = page.referrers.at(-1)?.digest;
    }
  };

  it('has at most 4 MiB on a page, also of annotations that do not fit into records, and leaves none out', async () => {
    const opened = await withReferrers(() => ({ long: 'x'.repeat(900_000) }), 10);
    const pages = await all(opened);
    expect(pages.map(({ length }) => length)).toEqual([4, 4, 2]);
    expect(pages.flat().sort()).toEqual(Array.from({ length: 10 }, (_, i) => String(i)));
  });

  it('parses no manifest: it is answered though the manifests are gone', async () => {
    const opened = await withReferrers(() => ({}), 3);
    const { storage } = opened.registry;
    const { records } = await storage.contents();
    for (const [key, value] of Object.entries(records)) {
      if (key.startsWith('image/'))
        await storage.bytes.remove((value as { pieces: [string][] }).pieces.map(([id]) => id));
    }
    expect((await all(opened)).flat()).toHaveLength(3);
  });

  it('of one type looks only at those of that type, whatever the case of its letters', async () => {
    const opened = await withReferrers(() => ({}), 121);
    const { records } = opened.registry.storage;
    const { getMany } = records;
    let read = 0;
    records.getMany = (keys) => {
      read += keys.filter((key) => key.startsWith('referrer/')).length;
      return getMany.call(records, keys);
    };
    expect((await all(opened, 'TEXT/x-odd')).flat()).toHaveLength(60);
    expect(read).toBe(60);
    expect((await all(opened, 'text/x-other')).flat()).toEqual([]);
  });

  it('forgets an image that is deleted, with what was kept for it', async () => {
    const opened = await withReferrers((i) => (i === 0 ? { long: 'x'.repeat(100_000) } : {}), 2);
    const { distribution, at, registry } = opened;
    for (const { digest } of (await distribution.getReferrers(at, subject)).referrers) {
      await distribution.deleteManifest(at, digest);
    }
    expect(await all(opened)).toEqual([[]]);
    const { records, pieces } = await registry.storage.contents();
    expect(Object.keys(records).filter((key) => /^(?:referrer|typed)\//.test(key))).toEqual([]);
    expect(pieces).toEqual([]);
  });

  it('still has those that were stored before their entries were kept', async () => {
    const opened = await withReferrers(() => ({}), 1);
    const { records } = opened.registry.storage;
    const { entries } = await records.list({ prefix: 'referrer/', limit: 10 });
    const old = entries.map(({ key, version }) => ({ key, version: `${version}-old`, value: true as const }));
    await records.commit({ put: old });
    expect(await all(opened)).toEqual([['0']]);
  });
});
