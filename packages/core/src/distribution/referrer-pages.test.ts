import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import { privateAt } from '../../test-support/private.ts';
import { bytesOf, emptyRegistry, hour, unknownDigest } from '../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';
import type { Json } from '../storage/port.ts';
import type { ReferrersPage } from './referrers.ts';

const MiB = 1024 * 1024;
const subject = unknownDigest;
const indexType = 'application/vnd.oci.image.index.v1+json';

interface Made {
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

async function open() {
  const inner = memoryStorage();
  const read = { records: 0, pieces: 0 };
  const storage = watchedStorage(
    storageWith(inner, {
      records: {
        list: async (range) => {
          const page = await inner.records.list(range);
          read.records += page.entries.length;
          return page;
        },
      },
      bytes: {
        get: (id, options) => {
          read.pieces++;
          return inner.bytes.get(id, options);
        },
      },
    }),
  );
  const registry = emptyRegistry({ storage });
  await registry.ecr.createRepository({ repositoryName: 'team/web' });
  const at = await privateAt(registry, 'team/web');
  let pushed = 0;
  const push = async (made: Made) => {
    const manifest = {
      schemaVersion: 2,
      mediaType: indexType,
      manifests: [],
      subject: { mediaType: indexType, digest: subject, size: 2 },
      ...made,
    };
    const { digest } = await registry.distribution.putManifest(at, `t${pushed++}`, {
      bytes: bytesOf(JSON.stringify(manifest)),
    });
    return digest;
  };
  const get = (page?: ReferrersPage) => registry.distribution.getReferrers(at, subject, page);
  const listed = async (page?: ReferrersPage) => (await get(page)).referrers.map(({ digest }) => digest);
  /** Rewrites the records as the previous version stored them. */
  const makeOld = async () => {
    for (const [key, value] of Object.entries((await storage.contents()).records)) {
      const { typedReferrers, ...repository } = value as Record<string, Json>;
      if (key.startsWith('typed/')) await inner.records.commit({ remove: [key] });
      const old = key.startsWith('referrer/') ? true : key.startsWith('repository/') ? repository : undefined;
      if (old !== undefined) await inner.records.commit({ put: [{ key, version: 'old', value: old }] });
    }
  };
  return { registry, at, push, get, listed, read, makeOld };
}

describe('a page of referrers', () => {
  it('has at most 1,000', async () => {
    const { push, get, listed } = await open();
    const digests: string[] = [];
    for (let i = 0; i < 1001; i++) digests.push(await push({ annotations: { i: `${i}` } }));
    digests.sort();
    const first = await get();
    expect([first.referrers.length, first.more]).toEqual([1000, true]);
    expect(await listed()).toEqual(digests.slice(0, 1000));
    const rest = await get({ last: digests[999] ?? '' });
    expect([rest.referrers.map(({ digest }) => digest), rest.more]).toEqual([digests.slice(1000), false]);
    expect(await get({ last: digests[0] ?? '' })).toMatchObject({ more: false });
  }, 30_000);

  it('has at most 4 MiB as it is written, and one that is larger alone', async () => {
    const { registry, at, push } = await open();
    // Of three bytes each.
    const text = (letter: string) => letter.repeat(450_000);
    for (let i = 0; i < 4; i++) await push({ annotations: { much: text('€'), i: `${i}` } });
    // One byte that is no UTF-8 is written as three.
    const broken = bytesOf(
      `{"schemaVersion":2,"mediaType":"${indexType}","manifests":[],"subject":{"digest":"${subject}","size":2},"annotations":{"much":"${'?'.repeat(2 * MiB)}"}}`,
    ).map((byte) => (byte === 0x3f ? 0xff : byte));
    const { digest: large } = await registry.distribution.putManifest(at, 'large', { bytes: broken });
    const pages: string[][] = [];
    for (let last: string | undefined = ''; last !== undefined; ) {
      const page = await registry.distribution.listReferrers(at, subject, last === '' ? {} : { last });
      const size = bytesOf(JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests: page.entries })).length;
      const digests = page.entries.map((one) => (JSON.parse(one) as { digest: string }).digest);
      expect(size <= 4 * MiB || digests.join() === large, `${size} bytes`).toBe(true);
      pages.push(digests);
      last = page.last;
    }
    expect(new Set(pages.flat()).size).toBe(5);
    expect(pages).not.toContainEqual([]);
  });

  it('reads a piece of annotations only if it lists it, and no manifest', async () => {
    const { push, get, read } = await open();
    const much = (i: number) => ({ annotations: { much: 'x'.repeat(1.5 * MiB), i: `${i}` } });
    const digests = [await push(much(0)), await push(much(1)), await push(much(2))].sort();
    await push({ artifactType: 'text/x-note', annotations: { small: 'x'.repeat(30_000) } });
    read.pieces = 0;
    const { referrers } = await get({ artifactType: 'text/x-note' });
    expect([referrers[0]?.annotations?.small?.length, read.pieces]).toEqual([30_000, 0]);
    const rest = await get({ last: digests[1] ?? '' });
    expect(rest.referrers.find(({ digest }) => digest === digests[2])?.annotations?.much?.length).toBe(1.5 * MiB);
    expect(read.pieces).toBe(1);
  });

  it('of one type looks only at what it lists, and writes the type as it came', async () => {
    const { push, get, read } = await open();
    for (let i = 0; i < 30; i++) await push({ artifactType: 'text/x-many', annotations: { i: `${i}` } });
    const digest = await push({ artifactType: 'Text/X-Note' });
    await push({});
    read.records = 0;
    expect((await get({ artifactType: 'text/x-NOTE' })).referrers).toMatchObject([
      { digest, artifactType: 'Text/X-Note' },
    ]);
    expect(read.records).toBe(1);
  });

  it('of one type has none of another one whose hash is the same', async () => {
    const { registry, push, listed } = await open();
    const [note, other] = [await push({ artifactType: 'text/x-note' }), await push({ artifactType: 'text/x-other' })];
    const { records } = await registry.storage.contents();
    const key = Object.keys(records).find((one) => one.startsWith('typed/') && one.endsWith(note)) ?? '';
    const put = [{ key: key.replace(note, other), version: 'v', value: true }];
    await registry.storage.records.commit({ put });
    expect(await listed({ artifactType: 'text/x-note' })).toEqual([note]);
  });
});

describe('annotations', () => {
  it.each([
    ['in the record', 'x'],
    ['in a piece', 'x'.repeat(40_000)],
    ['that grow when they are escaped', '"'.repeat(20_000)],
  ])('%s come back as they are, texts alone', async (_, value) => {
    const { registry, push, get } = await open();
    const annotations = JSON.parse(`{"__proto__":"p","value":${JSON.stringify(value)},"€":"\\ud83d\\ude00"}`) as object;
    await push({ annotations: { ...annotations, number: 1, object: {} } });
    expect((await get()).referrers[0]?.annotations).toEqual({ ...annotations });
    for (const record of Object.values((await registry.storage.contents()).records)) {
      expect(bytesOf(JSON.stringify(record)).length).toBeLessThan(40 * 1024);
    }
    await expectConsistent(registry.storage);
  });

  it('go with their image, and with its repository', async () => {
    const { registry, at, push, get } = await open();
    const made = { artifactType: 'text/x-note', annotations: { much: 'x'.repeat(40_000) } };
    const digest = await push(made);
    await registry.distribution.deleteManifest(at, digest);
    const { records, pieces } = await registry.storage.contents();
    expect(Object.keys(records).filter((key) => /^(?:referrer|typed)\//.test(key))).toEqual([]);
    expect([pieces, await get()]).toEqual([[], { referrers: [], more: false }]);
    await push(made);
    await registry.ecr.deleteRepository({ repositoryName: 'team/web', force: true });
    registry.clock.advance(hour);
    await registry.engine.collectGarbage({ grace: 0 });
    const left = await registry.storage.contents();
    expect(left.pieces).toEqual([]);
    expect(Object.keys(left.records).filter((key) => /^(?:referrer|typed)\//.test(key))).toEqual([]);
  });
});

describe('referrers of the version before', () => {
  it('are listed among those of this one, by type as well, and can be deleted', async () => {
    const { registry, at, push, get, listed, makeOld } = await open();
    const made = { artifactType: 'text/x-note', annotations: { a: 'b' } };
    const old = await push({ ...made, annotations: { a: 'old' } });
    await push({ artifactType: 'text/x-old' });
    await makeOld();
    const both = [old, await push(made)].sort();
    expect((await get()).referrers).toHaveLength(3);
    expect(await listed({ artifactType: 'text/x-note' })).toEqual(both);
    expect((await get()).referrers.find(({ digest }) => digest === old)).toEqual({
      mediaType: indexType,
      digest: old,
      size: (await registry.distribution.getManifest(at, old)).bytes.length,
      artifactType: 'text/x-note',
      annotations: { a: 'old' },
    });
    await registry.distribution.deleteManifest(at, old);
    expect(await listed({ artifactType: 'text/x-note' })).toEqual(both.filter((digest) => digest !== old));
  });
});
