import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { collect, digestOf, emptyRegistry, push, registryWith } from '../../test-support/registry.ts';
import { storageWith, type WatchedStorage, watchedStorage } from '../../test-support/storage.ts';
import { createEngine, ecrPublic as ecrPublicService } from '../index.ts';
import type { Json, Storage, StoredRecord } from './port.ts';

const repositoryName = 'team/web';

const allIn = async ({ records }: Storage): Promise<StoredRecord[]> =>
  (await records.list({ prefix: '', limit: 1000 })).entries;

const layoutIn = async ({ records }: Storage): Promise<Json | undefined> =>
  (await records.getMany(['layout']))[0]?.value;

/** Makes what is stored what version 1 would have stored. */
async function asVersion1({ records }: Storage): Promise<void> {
  const blobs = (await records.list({ prefix: 'blob/', limit: 1000 })).entries;
  await records.commit({
    put: blobs.map((record) => ({ ...record, key: record.key.replace('blob/', 'content/') })),
    remove: ['layout', ...blobs.map(({ key }) => key)],
  });
}

async function withImage() {
  const inner = memoryStorage();
  const registry = await registryWith([repositoryName], { storage: watchedStorage(inner) });
  await push(registry, repositoryName, 'v1');
  return { inner, registry };
}

/** Pulls every blob of the image that was pushed. */
async function expectBlobs(storage: WatchedStorage): Promise<void> {
  const { distribution } = emptyRegistry({ storage });
  const at = await distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
  const { bytes } = await distribution.getManifest(at, 'v1');
  const { config, layers } = JSON.parse(new TextDecoder().decode(bytes));
  for (const { digest } of [config, ...layers]) {
    expect(await digestOf(await collect((await distribution.getBlob(at, digest)).read()))).toBe(digest);
  }
}

describe('the version of what is stored', () => {
  it('comes with the first change, and not with a look at an empty storage', async () => {
    const inner = memoryStorage();
    const { ecrPublic } = emptyRegistry({ storage: watchedStorage(inner) });
    await ecrPublic.describeRepositories();
    expect(await allIn(inner)).toEqual([]);
    await ecrPublic.createRepository({ repositoryName });
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });

  it('comes with the next change if the first one failed', async () => {
    const inner = memoryStorage();
    let fails = true;
    const commit: Storage['records']['commit'] = (change) =>
      fails ? Promise.reject(new Error('out of order')) : inner.records.commit(change);
    const { ecrPublic } = emptyRegistry({ storage: watchedStorage(storageWith(inner, { records: { commit } })) });
    await expect(ecrPublic.createRepository({ repositoryName })).rejects.toThrow('out of order');
    fails = false;
    await ecrPublic.createRepository({ repositoryName });
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });

  it('is looked for once', async () => {
    const { inner } = await withImage();
    let looks = 0;
    const getMany: Storage['records']['getMany'] = (keys) => {
      if (keys.includes('layout')) looks++;
      return inner.records.getMany(keys);
    };
    const { ecrPublic } = emptyRegistry({ storage: watchedStorage(storageWith(inner, { records: { getMany } })) });
    for (let times = 0; times < 3; times++) await ecrPublic.describeImages({ repositoryName });
    expect(looks).toBe(1);
  });
});

describe('a storage that loses all that it holds while it is open', () => {
  it('gets the version again with the next change', async () => {
    let inner = memoryStorage();
    let generation = 0;
    const records: Storage['records'] = {
      guarantees: inner.records.guarantees,
      get generation() {
        return generation;
      },
      getMany: (keys) => inner.records.getMany(keys),
      list: (range) => inner.records.list(range),
      commit: (change) => inner.records.commit(change),
    };
    const { ecrPublic } = createEngine({ storage: { records, bytes: inner.bytes }, services: [ecrPublicService] });
    await ecrPublic.createRepository({ repositoryName });
    inner = memoryStorage();
    generation = 1;
    await ecrPublic.createRepository({ repositoryName });
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });
});

describe('data of version 1', () => {
  it('is brought to this one when it is opened', async () => {
    const { inner } = await withImage();
    await asVersion1(inner);
    const watched = watchedStorage(inner);
    await expectBlobs(watched);
    expect((await allIn(inner)).filter(({ key }) => key.startsWith('content/'))).toEqual([]);
    await push(emptyRegistry({ storage: watched, ids: () => crypto.randomUUID() }), repositoryName, 'v2');
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });

  it('is brought to it by two processes at once, or by one after another that was ended in the midst of it', async () => {
    const { inner } = await withImage();
    await asVersion1(inner);
    await Promise.all([expectBlobs(watchedStorage(inner)), expectBlobs(watchedStorage(inner))]);
    await asVersion1(inner);
    const [, one] = await allIn(inner);
    if (one?.key.startsWith('content/'))
      await inner.records.commit({ put: [{ ...one, key: one.key.replace('content/', 'blob/') }], remove: [one.key] });
    await expectBlobs(watchedStorage(inner));
  });

  it('is refused if commits are not atomic, and nothing is changed', async () => {
    const { inner } = await withImage();
    await asVersion1(inner);
    const before = await allIn(inner);
    const guarantees = { atomicCommit: false, freshReads: false, remote: true };
    const { ecrPublic } = emptyRegistry({ storage: watchedStorage(storageWith(inner, { records: { guarantees } })) });
    await expect(ecrPublic.createRepository({ repositoryName: 'other' })).rejects.toThrow(
      'The stored data cannot be opened: its layout has the version 1, and version 2 is needed. A storage without atomic ' +
        'commits cannot be converted, so nothing was changed. Open the data with the release of Coracle that wrote it, ' +
        'or use an empty storage and push again.',
    );
    expect(await allIn(inner)).toEqual(before);
  });
});

describe('data of a version that is not known', () => {
  it.each([3, 'x', null])('%j: it is refused at each call, and nothing is changed', async (version) => {
    const { inner } = await withImage();
    await inner.records.commit({ put: [{ key: 'layout', version: 'v', value: { version } }] });
    const before = await allIn(inner);
    const engine = createEngine({ storage: () => inner, services: [ecrPublicService] });
    for (const call of [
      () => engine.ecrPublic.createRepository({ repositoryName: 'other' }),
      () => engine.collectGarbage({ grace: 0 }),
      () => engine.guarantees(),
    ]) {
      await expect(call()).rejects.toThrow(
        `The stored data cannot be opened: its layout has the version ${JSON.stringify(version)}, and this release of Coracle ` +
          'reads only 1 and 2. Nothing was changed. Open the data with the release of Coracle that wrote it, or use another storage.',
      );
    }
    expect(await allIn(inner)).toEqual(before);
  });
});

describe('a snapshot', () => {
  it('of version 1 is restored', async () => {
    const { registry } = await withImage();
    const { records, pieces } = await registry.engine.snapshot();
    const former = records
      .filter(([key]) => key !== 'layout')
      .map(([key, value]) => [key.replace('blob/', 'content/'), value] as const);
    const inner = memoryStorage();
    const other = emptyRegistry({ storage: watchedStorage(inner) });
    await other.engine.restore({ records: former, pieces });
    await expectBlobs(other.storage);
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });

  it.each<[string, Json, RegExp]>([
    [
      'layout',
      { version: 3 },
      /^The snapshot cannot be restored: its layout has the version 3, and this release of Coracle reads only 1 and 2/,
    ],
    [
      'unheard-of/x',
      true,
      /^The snapshot cannot be restored: it has the record 'unheard-of\/x', whose key this release of Coracle does not know/,
    ],
  ])('with the record %s of a later version is refused, and nothing is changed', async (key, value, sentence) => {
    const { registry, inner } = await withImage();
    const { records, pieces } = await registry.engine.snapshot();
    const before = await allIn(inner);
    const later = [...records.filter(([one]) => one !== key), [key, value] as const];
    await expect(registry.engine.restore({ records: later, pieces })).rejects.toThrow(sentence);
    expect(await allIn(inner)).toEqual(before);
  });

  it('of an empty registry leaves the version to the next change', async () => {
    const inner = memoryStorage();
    const registry = emptyRegistry({ storage: watchedStorage(inner) });
    const snapshot = await registry.engine.snapshot();
    await registry.ecrPublic.createRepository({ repositoryName });
    await registry.engine.restore(snapshot);
    await registry.ecrPublic.createRepository({ repositoryName });
    expect(await layoutIn(inner)).toEqual({ version: 2 });
  });
});
