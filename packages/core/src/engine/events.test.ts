import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, expectTypeOf, it, onTestFinished, vi } from 'vitest';
import { privateAt, pushAt } from '../../test-support/private.ts';
import {
  account,
  defaultAlias,
  emptyRegistry,
  imageOf,
  imagesIn,
  otherAccount,
  push,
  putImage,
  putParts,
  refusalOf,
  registryWith,
  start,
  type TestRegistry,
} from '../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../test-support/storage.ts';
import type { DeleteEvent, EventType, PushEvent, RegistryEvent } from '../index.ts';
import { buildArtifact } from '../testing/build-image.ts';

const repositoryName = 'team/web';

/** The events from now on. */
function recorded({ engine }: TestRegistry, type: EventType | '*' = '*'): RegistryEvent[] {
  const events: RegistryEvent[] = [];
  engine.events.on(type, (event) => events.push(event));
  return events;
}

/** Without what all events of the tests have in common. */
const brief = (events: readonly RegistryEvent[]) =>
  events.map(({ time: _t, registry: _r, accountId: _a, region: _e, repositoryName: _n, ...rest }) => rest);

const publicAt = ({ distribution }: TestRegistry, name = repositoryName) =>
  distribution.locate('public.ecr.aws', `${defaultAlias}/${name}`);

const place = { time: new Date(start), registry: 'public', accountId: account, region: 'us-east-1', repositoryName };
const mediaType = 'application/vnd.oci.image.manifest.v1+json';
/** As DescribeImages says it of an image that is no other artifact. */
const types = { mediaType, artifactMediaType: 'application/vnd.oci.image.config.v1+json' };

describe('a push', () => {
  it('is announced, whether PutImage or a client of the distribution protocol makes it', async () => {
    const registry = await registryWith([repositoryName]);
    const events = recorded(registry);
    const [one, two, three] = [await imageOf('one'), await imageOf('two'), await imageOf('three')];
    await putImage(registry, repositoryName, one, 'v1');
    const at = await publicAt(registry);
    await pushAt(registry, at, 'v2', two);
    for (const { digest, bytes } of three.blobs) await registry.distribution.putBlob(at, digest, bytes);
    const manifest = { bytes: three.manifest, mediaType, tags: ['v3', 'latest'] };
    await registry.distribution.putManifest(at, three.digest, manifest);
    await putImage(registry, repositoryName, await imageOf('four'));
    expect(events.slice(0, 1)).toEqual([{ ...place, type: 'push', digest: one.digest, ...types, tags: ['v1'] }]);
    expect(brief(events)).toMatchObject([
      { type: 'push', digest: one.digest, tags: ['v1'] },
      { type: 'push', digest: two.digest, tags: ['v2'] },
      { type: 'push', digest: three.digest, tags: ['v3', 'latest'] },
      { type: 'push', tags: [] },
    ]);
  });

  it('says whose repository it is, when, and what the artifact is', async () => {
    const registry = emptyRegistry();
    const [accountId, region] = [otherAccount, 'eu-west-1'];
    await registry.ecr.createRepository({ repositoryName }, { accountId, region });
    const events = recorded(registry);
    registry.clock.advance(1000);
    const at = await registry.distribution.locate(`${accountId}.dkr.ecr.${region}.amazonaws.com`, repositoryName);
    const artifact = await buildArtifact({ artifactType: 'application/vnd.example' });
    await pushAt(registry, at, 'v1', artifact);
    expect(events).toEqual([
      {
        type: 'push',
        time: new Date(start + 1000),
        registry: 'private',
        accountId,
        region,
        repositoryName,
        digest: artifact.digest,
        mediaType,
        artifactMediaType: 'application/vnd.example',
        tags: ['v1'],
      },
    ]);
  });

  it('of what is there already is no event, and names only the tags that are new', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await push(registry, repositoryName, 'v1');
    const at = await publicAt(registry);
    const events = recorded(registry);
    await refusalOf(registry.ecrPublic.putImage({ repositoryName, imageManifest: image.manifest, imageTag: 'v1' }));
    await pushAt(registry, at, 'v1', image);
    await pushAt(registry, at, image.digest, image);
    expect(events).toEqual([]);
    await registry.distribution.putManifest(at, 'v1', { bytes: image.manifest, mediaType, tags: ['v2'] });
    expect(brief(events)).toEqual([{ type: 'push', digest: image.digest, ...types, tags: ['v2'] }]);
  });

  it('that moves a tag is one event: the tag was not deleted', async () => {
    const registry = await registryWith([repositoryName]);
    await push(registry, repositoryName, 'v1');
    const events = recorded(registry);
    const image = await putImage(registry, repositoryName, await imageOf('newer'), 'v1');
    expect(brief(events)).toEqual([{ type: 'push', digest: image.digest, ...types, tags: ['v1'] }]);
  });

  it('that is refused, or that the storage fails, is no event', async () => {
    const inner = memoryStorage();
    let full = false;
    const commit: typeof inner.records.commit = (change) =>
      full ? Promise.reject(new Error('the disk is full')) : inner.records.commit(change);
    const registry = await registryWith([repositoryName], {
      storage: watchedStorage(storageWith(inner, { records: { commit } })),
      limits: { public: { imagesPerRepository: 1 } },
    });
    const image = await push(registry, repositoryName, 'v1');
    const events = recorded(registry);
    const other = await imageOf('other');
    await putParts(registry, repositoryName, other);
    const put = (imageManifest: string, imageTag: string) =>
      refusalOf(registry.ecrPublic.putImage({ repositoryName, imageManifest, imageTag }));
    expect((await put(other.manifest, 'v2')).name).toBe('LimitExceededException');
    full = true;
    expect((await put(image.manifest, 'v2')).name).toBe('ServerException');
    expect(events).toEqual([]);
  });
});

describe('a deletion', () => {
  async function tagged(...tags: readonly string[]) {
    const registry = await registryWith([repositoryName]);
    const at = await publicAt(registry);
    const image = await imageOf('image');
    for (const tag of tags) await pushAt(registry, at, tag, image);
    const events = recorded(registry);
    const deleted = (names: readonly string[], imageDeleted: boolean) => ({
      type: 'delete',
      digest: image.digest,
      ...types,
      tags: names,
      imageDeleted,
    });
    return { registry, at, image, events, deleted };
  }

  it('by BatchDeleteImage is announced for each tag, and says when the image goes', async () => {
    const { registry, events, deleted } = await tagged('v1', 'v2');
    const imageIds = [{ imageTag: 'v1' }, { imageTag: 'v2' }, { imageTag: 'v3' }];
    const { failures } = await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds });
    expect(failures).toHaveLength(1);
    expect(events[0]).toMatchObject(place);
    expect(brief(events)).toEqual([deleted(['v1'], false), deleted(['v2'], true)]);
  });

  it('by digest is announced once, with all tags', async () => {
    const { registry, image, events, deleted } = await tagged('v1', 'v2');
    const imageIds = [{ imageDigest: image.digest }, { imageTag: 'v1' }];
    await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds });
    expect(brief(events)).toEqual([deleted(['v1', 'v2'], true)]);
  });

  it('by the distribution protocol is announced as what it is there', async () => {
    const { registry, at, image, events, deleted } = await tagged('v1', 'v2', 'v3');
    await registry.distribution.deleteManifest(at, 'v1');
    await registry.distribution.deleteManifest(at, 'v2', { rules: 'service' });
    await registry.distribution.deleteManifest(at, 'v3');
    await registry.distribution.deleteManifest(at, image.digest);
    await refusalOf(registry.distribution.deleteManifest(at, image.digest));
    expect(brief(events)).toEqual([
      deleted(['v1'], false),
      deleted(['v2'], false),
      deleted(['v3'], false),
      deleted([], true),
    ]);
  });
});

describe('a pull', () => {
  it('is announced with the tag, or without one if it is by digest', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest } = await push(registry, repositoryName, 'v1');
    const at = await publicAt(registry);
    const events = recorded(registry);
    await registry.distribution.getManifest(at, 'v1');
    await registry.distribution.getManifest(at, digest);
    expect(events).toEqual([
      { ...place, type: 'pull', digest, mediaType, tags: ['v1'] },
      { ...place, type: 'pull', digest, mediaType, tags: [] },
    ]);
  });

  it('is no look whether the image exists, nor any other read, nor a refusal', async () => {
    const registry = await registryWith([repositoryName]);
    const { digest } = await push(registry, repositoryName, 'v1');
    const at = await publicAt(registry);
    const events = recorded(registry);
    await registry.distribution.getManifest(at, 'v1', { pull: false });
    await refusalOf(registry.distribution.getManifest(at, 'v2'));
    await registry.distribution.getTags(at);
    await registry.distribution.getReferrers(at, digest);
    await registry.ecrPublic.describeImages({ repositoryName });
    expect(events).toEqual([]);
  });
});

describe('a repository', () => {
  it('that is created or deleted is announced, by every face and once', async () => {
    const registry = emptyRegistry();
    const events = recorded(registry);
    const at = await privateAt(registry, 'x1');
    await registry.ecrPublic.createRepository({ repositoryName });
    await refusalOf(registry.ecrPublic.createRepository({ repositoryName }));
    await registry.ecr.createRepository({ repositoryName });
    for (let times = 0; times < 2; times++) await registry.distribution.ensureRepository(at);
    await push(registry, repositoryName, 'v1');
    await refusalOf(registry.ecrPublic.deleteRepository({ repositoryName }));
    await registry.ecrPublic.deleteRepository({ repositoryName, force: true });
    await registry.ecr.deleteRepository({ repositoryName });
    expect(events.map((event) => [event.type, event.registry, event.repositoryName])).toEqual([
      ['createRepository', 'public', repositoryName],
      ['createRepository', 'private', repositoryName],
      ['createRepository', 'private', 'x1'],
      ['push', 'public', repositoryName],
      ['deleteRepository', 'public', repositoryName],
      ['deleteRepository', 'private', repositoryName],
    ]);
    expect(events[0]).toEqual({ ...place, type: 'createRepository' });
  });

  it('that a snapshot brings back is not announced', async () => {
    const registry = await registryWith([repositoryName]);
    const snapshot = await registry.engine.snapshot();
    await registry.ecrPublic.deleteRepository({ repositoryName });
    const events = recorded(registry);
    await registry.engine.restore(snapshot);
    expect(events).toEqual([]);
  });
});

describe('events', () => {
  it('come once and in order, whatever calls race', async () => {
    const registry = await registryWith([repositoryName]);
    const events = recorded(registry);
    const images = await Promise.all(['a', 'b', 'c'].map((text) => imageOf(text)));
    for (const image of images) await putParts(registry, repositoryName, image);
    const put = (i: number) => {
      const imageManifest = images[i % images.length]?.manifest ?? '';
      return registry.ecrPublic.putImage({ repositoryName, imageManifest, imageTag: `v${i % 4}` });
    };
    const remove = (i: number) =>
      registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: `v${i % 4}` }] });
    for (let round = 0; round < 10; round++) {
      await Promise.allSettled(Array.from({ length: 12 }, (_, i) => (i % 3 === 0 ? remove(i + round) : put(i * 5))));
    }
    // A listener that follows the events ends with what the registry holds.
    const followed = new Map<string, Set<string>>();
    for (const event of events as (PushEvent | DeleteEvent)[]) {
      for (const tags of followed.values()) for (const tag of event.tags) tags.delete(tag);
      const tags = followed.get(event.digest) ?? new Set<string>();
      followed.set(event.digest, tags);
      if (event.type === 'push') for (const tag of event.tags) tags.add(tag);
      else if (event.imageDeleted) followed.delete(event.digest);
    }
    const held = new Map(await imagesIn(registry, repositoryName));
    expect(events.length).toBeGreaterThan(20);
    expect(new Map([...followed].map(([digest, tags]) => [digest, [...tags].sort()]))).toEqual(held);
  });

  it('come once if many push the same', async () => {
    const registry = await registryWith([repositoryName]);
    const image = await imageOf('same');
    await putParts(registry, repositoryName, image);
    const events = recorded(registry);
    const at = await publicAt(registry);
    await Promise.all(
      Array.from({ length: 8 }, () =>
        registry.distribution.putManifest(at, 'v1', { bytes: image.manifest, mediaType }),
      ),
    );
    expect(brief(events)).toEqual([{ type: 'push', digest: image.digest, ...types, tags: ['v1'] }]);
  });

  it('come when the change can be read, and before the call returns', async () => {
    const registry = await registryWith([repositoryName]);
    const reads: Promise<unknown>[] = [];
    registry.engine.events.on('push', () => reads.push(imagesIn(registry, repositoryName)));
    registry.engine.events.on('delete', () => reads.push(imagesIn(registry, repositoryName)));
    const { digest } = await push(registry, repositoryName, 'v1');
    expect(reads).toHaveLength(1);
    await registry.ecrPublic.batchDeleteImage({ repositoryName, imageIds: [{ imageTag: 'v1' }] });
    expect(await Promise.all(reads)).toEqual([[[digest, ['v1']]], []]);
  });

  it('may be answered by calls of the registry, which have events of their own', async () => {
    const registry = await registryWith([repositoryName]);
    const events = recorded(registry, 'push');
    const at = await publicAt(registry);
    const answered = new Promise<void>((resolve, reject) => {
      const stop = registry.engine.events.on('push', ({ digest }) => {
        stop();
        registry.distribution
          .getManifest(at, digest)
          .then((manifest) => registry.distribution.putManifest(at, 'latest', { ...manifest }))
          .then(() => resolve(), reject);
      });
    });
    await push(registry, repositoryName, 'v1');
    await answered;
    expect(events.map((event) => 'tags' in event && event.tags)).toEqual([['v1'], ['latest']]);
  });

  it('go to the listeners of their type and to those of all, in the order in which they were added', async () => {
    const registry = emptyRegistry();
    const { events } = registry.engine;
    const seen: string[] = [];
    const stops = [
      events.on('push', () => seen.push('push')),
      events.on('*', ({ type }) => seen.push(`* ${type}`)),
      events.on('createRepository', () => seen.push('createRepository')),
    ];
    await registry.ecrPublic.createRepository({ repositoryName });
    expect(seen).toEqual(['* createRepository', 'createRepository']);
    for (const stop of stops) stop();
    await registry.ecrPublic.createRepository({ repositoryName: 'x1' });
    expect(seen).toHaveLength(2);
  });

  it('do not go to a listener that another one has just stopped, and go twice to one that was added twice', async () => {
    const registry = emptyRegistry();
    const { events } = registry.engine;
    const [stopped, twice] = [vi.fn(), vi.fn()];
    const stopFirst = events.on('*', () => stopLater());
    const stopLater = events.on('*', stopped);
    const stopOne = events.on('*', twice);
    events.on('*', twice);
    await registry.ecrPublic.createRepository({ repositoryName });
    expect([stopped.mock.calls.length, twice.mock.calls.length]).toEqual([0, 2]);
    stopFirst();
    stopOne();
    stopOne();
    await registry.ecrPublic.createRepository({ repositoryName: 'x1' });
    expect(twice).toHaveBeenCalledTimes(3);
  });

  it('fail no call and no other listener by an error, which is uncaught outside of the call', async () => {
    const thrown: (() => void)[] = [];
    const later = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => void thrown.push(run));
    onTestFinished(() => later.mockRestore());
    const registry = emptyRegistry();
    registry.engine.events.on('*', () => {
      throw new Error('of the listener');
    });
    const events = recorded(registry);
    await registry.ecrPublic.createRepository({ repositoryName });
    expect(brief(events)).toEqual([{ type: 'createRepository' }]);
    expect(thrown).toHaveLength(1);
    expect(thrown[0]).toThrow('of the listener');
  });

  it('have types that listeners can rely on', () => {
    const { events } = emptyRegistry().engine;
    events.on('push', (event) => expectTypeOf(event).toEqualTypeOf<PushEvent>());
    events.on('delete', (event) => expectTypeOf(event).toEqualTypeOf<DeleteEvent>());
    events.on('*', (event) => expectTypeOf(event).toEqualTypeOf<RegistryEvent>());
  });

  it('that do not exist cannot be listened to, and only functions can listen', () => {
    const { events } = emptyRegistry().engine;
    expect(() => events.on('pushed' as 'push', () => undefined)).toThrow(
      new TypeError("Unknown event 'pushed'. Use one of: push, pull, delete, createRepository, deleteRepository, *"),
    );
    expect(() => events.on('push', undefined as unknown as () => void)).toThrow(
      new TypeError('The listener of events.on() must be a function, not undefined'),
    );
  });
});
