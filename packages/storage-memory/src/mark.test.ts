import { createEngine, ecr, ecrPublic } from '@coracle/core';
import { type TestHelpers, withTestHelpers } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { memoryStorage } from './index.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);

function registry() {
  const storage = memoryStorage();
  const engine = withTestHelpers(createEngine({ storage, services: [ecrPublic, ecr] }));
  const imagesOf = async (repositoryName: string) => {
    const { imageDetails = [] } = await engine.ecrPublic.describeImages({ repositoryName });
    return imageDetails.map(({ imageTags }) => imageTags);
  };
  return { storage, engine, imagesOf };
}

/** All records and pieces, as a full copy has them. */
const contentsOf = async ({ snapshot }: TestHelpers) => structuredClone(await snapshot());

describe('a snapshot of a registry in memory', () => {
  it('is gone back to exactly, again and again, and in any order', async () => {
    const { engine, imagesOf } = registry();
    const taken: [Awaited<ReturnType<typeof engine.snapshot>>, unknown][] = [];
    for (const tag of ['v1', 'v2', 'v3']) {
      await engine.seed({ public: { web: [tag], [`only-${tag}`]: ['latest'] } });
      taken.push([await engine.snapshot(), await contentsOf(engine)]);
    }
    for (const nth of [0, 2, 1, 0, 1, 2, 2, 0]) {
      const [snapshot, contents] = taken[nth] ?? expect.unreachable();
      await engine.restore(snapshot);
      expect(await contentsOf(engine)).toEqual(contents);
      await engine.seed({ public: { web: ['other'], another: ['v1'] } });
      await engine.ecrPublic.deleteRepository({ repositoryName: 'only-v1', force: true });
      await engine.collectGarbage({ grace: 0 });
    }
    const [first] = taken[0] ?? expect.unreachable();
    await engine.restore(first);
    expect(await imagesOf('web')).toEqual([['v1']]);
  });

  it('brings back content that was collected, and takes away what came since', async () => {
    const { engine, storage } = registry();
    await engine.seed({ public: { web: ['v1'] } });
    const snapshot = await engine.snapshot();
    const before = await contentsOf(engine);
    await engine.ecrPublic.deleteRepository({ repositoryName: 'web', force: true });
    await engine.collectGarbage({ grace: 0 });
    await engine.seed({ public: { api: ['v1', 'v2'] } });
    const since = [...(await contentsOf(engine)).pieces.keys()].filter((id) => !before.pieces.has(id));
    expect(since.length).toBeGreaterThan(0);
    await engine.restore(snapshot);
    expect(await contentsOf(engine)).toEqual(before);
    for (const [id, piece] of before.pieces) expect(await storage.bytes.get(id)).toEqual(piece);
    for (const id of since) expect(await storage.bytes.get(id)).toBeUndefined();
  });

  it('is not changed by who looks into it, and can be sent to another registry', async () => {
    const { engine } = registry();
    await engine.seed({ public: { web: ['v1'] } });
    const snapshot = await engine.snapshot();
    const before = structuredClone(snapshot);
    for (const piece of snapshot.pieces.values()) piece.fill(0);
    await engine.restore(snapshot);
    expect(await contentsOf(engine)).toEqual(before);
    const other = registry();
    await other.engine.seed({ public: { api: ['v1'] } });
    await other.engine.restore(before);
    expect(await contentsOf(other.engine)).toEqual(before);
  });

  it('leaves alone the pieces of a write that is under way', async () => {
    const { engine, storage } = registry();
    const snapshot = await engine.snapshot();
    await storage.bytes.put('under-way', bytesOf('bytes'));
    await engine.restore(snapshot);
    expect(await storage.bytes.get('under-way')).toEqual(bytesOf('bytes'));
  });
});
