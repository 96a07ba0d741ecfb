import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { privateAt } from '../../../test-support/private.ts';
import {
  account,
  digestOf,
  emptyRegistry,
  expectRefused,
  hour,
  refusalOf,
  streamOf,
  type TestRegistry,
  unknownDigest,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';

const limits = { openUploads: 3 };
const full = (name: string) =>
  `The repository with name '${name}' in registry with id '${account}' already has the maximum number of open uploads which is '3': complete or cancel some of them, or wait until they expire and collectGarbage() removes them`;

async function open(options = {}) {
  const registry = emptyRegistry({ limits, ...options });
  for (const repositoryName of ['team/web', 'team/api']) await registry.ecr.createRepository({ repositoryName });
  const at = await privateAt(registry, 'team/web');
  const start = () => registry.distribution.startUpload(at);
  const isFull = async () => (await refusalOf(start())).name === 'ThrottlingException';
  return { registry, at, start, isFull };
}

const fill = async (start: () => Promise<{ uploadId: string }>): Promise<string[]> => {
  const ids: string[] = [];
  for (let i = 0; i < 3; i++) ids.push((await start()).uploadId);
  return ids;
};

describe('the open uploads of a repository', () => {
  it('are as many as the limits say, and no more', async () => {
    const { registry, at, start } = await open();
    await fill(start);
    const { distribution } = registry;
    await expectRefused(registry, start, 'ThrottlingException', full('team/web'));
    await expectRefused(
      registry,
      async () => distribution.putBlob(at, await digestOf('x'), streamOf('x')),
      'ThrottlingException',
      full('team/web'),
    );
    await expect(start()).rejects.toMatchObject({ fault: 'client', ociCode: 'TOOMANYREQUESTS' });
    await distribution.startUpload(await privateAt(registry, 'team/api'));
  });

  it('are as many also if they are started at once', async () => {
    const { start } = await open();
    const outcomes = await Promise.allSettled(Array.from({ length: 10 }, start));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
  });

  it('are fewer by each that is finished or cancelled, also a second time', async () => {
    const { registry, at, start, isFull } = await open();
    const { distribution } = registry;
    const [one = '', two = ''] = await fill(start);
    const digest = await digestOf('x');
    await distribution.finishUpload(at, one, digest, { content: streamOf('x') });
    await distribution.cancelUpload(at, two);
    for (const uploadId of [one, two]) await refusalOf(distribution.cancelUpload(at, uploadId));
    for (let i = 0; i < 5; i++) await distribution.putBlob(at, digest, streamOf('x'));
    for (let i = 0; i < 5; i++) await refusalOf(distribution.putBlob(at, unknownDigest, streamOf('x')));
    await start();
    await start();
    expect(await isFull()).toBe(true);
  });

  it('of the API count as well', async () => {
    const registry = emptyRegistry({ limits });
    const repositoryName = 'team/web';
    await registry.ecrPublic.createRepository({ repositoryName });
    const start = () => registry.ecrPublic.initiateLayerUpload({ repositoryName });
    const [uploadId = ''] = await fill(start);
    await expectRefused(registry, start, 'ThrottlingException', full(repositoryName));
    const layerPartBlob = Uint8Array.of(1);
    await registry.ecrPublic.uploadLayerPart({
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: 0,
      layerPartBlob,
    });
    await registry.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: ['any:0'] });
    await start();
  });

  it('are not more by one that could not be stored', async () => {
    const inner = memoryStorage();
    let fails = false;
    const commit: typeof inner.records.commit = (change) =>
      fails ? Promise.reject(new Error('disk full')) : inner.records.commit(change);
    const { start, isFull } = await open({ storage: watchedStorage(storageWith(inner, { records: { commit } })) });
    fails = true;
    for (let i = 0; i < 5; i++) expect((await refusalOf(start())).name).toBe('ServerException');
    fails = false;
    await fill(start);
    expect(await isFull()).toBe(true);
  });

  const collectedBy = (registry: TestRegistry) => registry.engine.collectGarbage({ grace: 0 });

  it('are counted when garbage is collected: those of other processes, and no longer those that expired', async () => {
    const { registry, at, start, isFull } = await open();
    const other = emptyRegistry({
      limits,
      storage: registry.storage,
      clock: registry.clock,
      ids: () => crypto.randomUUID(),
    });
    await start();
    registry.clock.advance(hour / 2);
    for (let i = 0; i < 2; i++) await other.distribution.startUpload(at);
    await collectedBy(registry);
    expect(await isFull()).toBe(true);
    registry.clock.advance(hour / 2);
    expect(await isFull()).toBe(true);
    await collectedBy(registry);
    await start();
    expect(await isFull()).toBe(true);
    registry.clock.advance(hour);
    await collectedBy(registry);
    await fill(start);
  });

  it('are forgotten after two lifetimes if nobody collects', async () => {
    const { registry, start, isFull } = await open();
    await fill(start);
    registry.clock.advance(24 * hour);
    expect(await isFull()).toBe(true);
    registry.clock.advance(24 * hour);
    await start();
    registry.clock.advance(24 * hour);
    await start();
    await start();
    expect(await isFull()).toBe(true);
    registry.clock.advance(24 * hour);
    await start();
    expect(await isFull()).toBe(true);
    registry.clock.advance(100 * hour);
    await fill(start);
  });

  it('are none after another state was restored', async () => {
    const { registry, start } = await open();
    const before = await registry.engine.snapshot();
    await fill(start);
    await registry.engine.restore(before);
    await fill(start);
  });
});

it('10,000 uploads may be open in a repository unless the limits say otherwise', async () => {
  const { start } = await open({ limits: {} });
  for (let i = 0; i < 10_000; i++) await start();
  expect((await refusalOf(start())).message).toContain("which is '10000'");
});
