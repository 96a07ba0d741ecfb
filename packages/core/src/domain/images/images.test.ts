import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  digestOf,
  emptyRegistry,
  imageOf,
  minute,
  push,
  putImage,
  type TestRegistry,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import { isTag } from './image.ts';

const repositoryName = 'team/web';

/** A registry that knows what its storage was asked to list, and how much that gave. */
async function counted() {
  const inner = memoryStorage();
  const lists: number[] = [];
  const storage = storageWith(inner, {
    records: {
      list: async (range) => {
        const page = await inner.records.list(range);
        lists.push(page.entries.length);
        return page;
      },
    },
  });
  const registry = emptyRegistry({ storage: watchedStorage(storage) });
  await registry.ecrPublic.createRepository({ repositoryName });
  return { registry, lists };
}

async function pushMany(registry: TestRegistry, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    registry.clock.advance(minute);
    const imageManifest = `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}${' '.repeat(i)}`;
    await registry.ecrPublic.putImage({ repositoryName, imageManifest, imageTag: `t${i}` });
  }
}

describe('a page of images', () => {
  it('costs one list of what it holds, however much there is', async () => {
    const costs: number[][] = [];
    for (const count of [150, 600]) {
      const { registry, lists } = await counted();
      await pushMany(registry, count);
      const { nextToken = '' } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 20 });
      lists.length = 0;
      await registry.ecrPublic.describeImages({ repositoryName, nextToken });
      costs.push([...lists]);
    }
    expect(costs).toEqual([[202], [202]]);
  });

  it('costs few lists where an image has very many tags', async () => {
    const { registry, lists } = await counted();
    const { manifest } = await push(registry, repositoryName, 't');
    for (let i = 1; i < 1000; i++)
      await registry.ecrPublic.putImage({ repositoryName, imageManifest: manifest, imageTag: `t${i}` });
    registry.clock.advance(minute);
    await putImage(registry, repositoryName, await imageOf('next'), 'next');
    lists.length = 0;
    const { imageDetails, nextToken } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 1 });
    expect([imageDetails[0]?.imageTags?.length, nextToken === undefined]).toEqual([1000, false]);
    expect(lists.length).toBeLessThanOrEqual(10);
  });
});

describe('a tag', () => {
  it.each(['a', '.', '-_.', 'V1', 'x'.repeat(300)])('may be %j', (tag) => {
    expect(isTag(tag)).toBe(true);
  });

  it.each(['', 'a b', 'a:b', 'a/b', 'ä', 'a\n', 'x'.repeat(301)])('may not be %j', (tag) => {
    expect(isTag(tag)).toBe(false);
  });
});

it('a page gives the hint of the storage on to the next one', async () => {
  const inner = memoryStorage();
  const hints: (string | undefined)[] = [];
  const storage = storageWith(inner, {
    records: {
      list: async (range) => {
        hints.push(range.resume);
        return { ...(await inner.records.list(range)), resume: `hint ${hints.length}` };
      },
    },
  });
  const registry = emptyRegistry({ storage: watchedStorage(storage) });
  await registry.ecrPublic.createRepository({ repositoryName });
  await pushMany(registry, 5);
  hints.length = 0;
  const { nextToken } = await registry.ecrPublic.describeImages({ repositoryName, maxResults: 2 });
  await registry.ecrPublic.describeImages({ repositoryName, maxResults: 2, nextToken: nextToken ?? '' });
  expect(hints).toEqual([undefined, 'hint 1']);
});

describe('a manifest', () => {
  const lagging = () => {
    const inner = watchedStorage(memoryStorage());
    const guarantees = { atomicCommit: false, freshReads: false, remote: true };
    const storage = { ...storageWith(inner, { records: { guarantees } }), contents: () => inner.contents() };
    return emptyRegistry({ storage });
  };
  const at = ({ distribution }: TestRegistry) => distribution.locate('localhost', 'team/web');
  const manifestWith = (annotation: readonly number[], before: readonly number[] = []) =>
    Uint8Array.from([
      ...before,
      ...bytesOf(
        `{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"annotations":{"a":"`,
      ),
      ...annotation,
      ...bytesOf('"}}'),
    ]);

  it.each([
    ['is in its records where reads lag', lagging, manifestWith([0x61]), 0],
    ['is in them with its byte order mark', lagging, manifestWith([0x61], [0xef, 0xbb, 0xbf]), 0],
    ['is a piece where it is no UTF-8', lagging, manifestWith([0xff]), 1],
    ['is a piece where it is large', lagging, manifestWith(Array.from({ length: 16 * 1024 }, () => 0x61)), 1],
    ['is a piece where reads are fresh', emptyRegistry, manifestWith([0x61]), 1],
  ])('%s, and comes back byte for byte', async (_, open, bytes, pieces) => {
    const registry = open();
    await registry.ecr.createRepository({ repositoryName: 'team/web' });
    const { digest } = await registry.distribution.putManifest(await at(registry), 'v1', { bytes });
    for (const reference of ['v1', digest]) {
      expect((await registry.distribution.getManifest(await at(registry), reference)).bytes).toEqual(bytes);
    }
    expect((await registry.storage.contents()).pieces).toHaveLength(pieces);
    const subject = { mediaType: 'application/vnd.oci.image.index.v1+json', digest, size: bytes.length };
    const referrer = bytesOf(
      JSON.stringify({ schemaVersion: 2, mediaType: subject.mediaType, manifests: [], subject }),
    );
    await registry.distribution.putManifest(await at(registry), 'referrer', { bytes: referrer });
    const { referrers } = await registry.distribution.getReferrers(await at(registry), digest);
    expect(referrers).toEqual([
      { mediaType: subject.mediaType, digest: await digestOf(referrer), size: referrer.length },
    ]);
  });
});
