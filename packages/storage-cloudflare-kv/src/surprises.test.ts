import { createEngine, type Engine, ecr, ecrPublic, RegistryError } from '@coracle/core';
import { type BuiltImage, buildImage } from '@coracle/core/testing';
import { describe, expect, it } from 'vitest';
import { laggingFrom, minute, second, storageIn } from '../test-support/storage.ts';

/** The consequences of a KV that lags, as the README lists them. Each of them happens on some of these seeds. */
const seeds = Array.from({ length: 60 }, (_, nth) => nth + 1);

const repositoryName = 'team/web';
const [one, two] = [await buildImage({ layers: ['one'] }), await buildImage({ layers: ['two'] })];

interface World {
  readonly here: Engine;
  readonly there: Engine;
  advance(milliseconds: number): void;
  /** Both places anew, once every write is seen everywhere. */
  settled(): World;
}

function worldOf(seed: number, limits = {}): World {
  const kv = laggingFrom(seed);
  const worldNow = (): World => {
    const engineIn = (place: string) =>
      createEngine({ storage: storageIn(kv, place), clock: kv.now, limits, services: [ecrPublic, ecr] });
    return {
      here: engineIn('ams'),
      there: engineIn('iad'),
      advance: kv.advance,
      settled: () => {
        kv.advance(10 * minute);
        return worldNow();
      },
    };
  };
  return worldNow();
}

/** A repository that everybody has seen. */
async function withRepository(seed: number, input = {}, limits = {}): Promise<World> {
  const world = worldOf(seed, limits);
  await world.here.ecr.createRepository({ repositoryName, ...input });
  return world.settled();
}

const at = (engine: Engine) => engine.distribution.locate('registry.example.com', repositoryName);
const bytesOf = async function* (bytes: Uint8Array) {
  yield bytes;
};
const manifestOf = ({ manifest, mediaType }: BuiltImage) => ({ bytes: new TextEncoder().encode(manifest), mediaType });

async function pushLayers(engine: Engine, image: BuiltImage): Promise<void> {
  for (const { digest, bytes } of image.blobs)
    await engine.distribution.putBlob(await at(engine), digest, bytesOf(bytes));
}

async function push(engine: Engine, image: BuiltImage, reference: string): Promise<void> {
  await pushLayers(engine, image);
  await engine.distribution.putManifest(await at(engine), reference, manifestOf(image));
}

const pulled = async (engine: Engine, reference: string): Promise<string> =>
  codeOf(async () => (await engine.distribution.getManifest(await at(engine), reference)).digest);

/** Returns the answer of a call, or the code that a client of `/v2/` sees. */
async function codeOf(call: () => Promise<string>): Promise<string> {
  try {
    return await call();
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    return error.ociCode;
  }
}

/** Of all that a call gives on the different seeds, how often each came. */
async function outcomes(play: (seed: number) => Promise<string>): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const seed of seeds) {
    const outcome = await play(seed);
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}

describe('two writers in two places at once', () => {
  it('may both move a tag: one of the images has it in the end, and both are there by digest', async () => {
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed);
      await Promise.all([push(world.here, one, 'latest'), push(world.there, two, 'latest')]);
      const { here, there } = world.settled();
      for (const { digest } of [one, two]) expect(await pulled(there, digest)).toBe(digest);
      const digest = await pulled(here, 'latest');
      expect(await pulled(there, 'latest')).toBe(digest);
      return digest === one.digest ? 'one' : 'two';
    });
    expect(seen).toEqual({ one: expect.any(Number), two: expect.any(Number) });
  });

  it('may both put a tag that is immutable', async () => {
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed, { imageTagMutability: 'IMMUTABLE' });
      await push(world.here, one, 'v1');
      return codeOf(async () => {
        await push(world.there, two, 'v1');
        return 'put again';
      });
    });
    expect(seen).toEqual({ 'put again': expect.any(Number), TAG_INVALID: expect.any(Number) });
  });

  it('may both create a repository: it is one, and has what was pushed through either', async () => {
    const seen = await outcomes(async (seed) => {
      const world = worldOf(seed);
      await world.here.ecr.createRepository({ repositoryName });
      await push(world.here, one, 'v1');
      const again = await codeOf(async () => {
        await world.there.ecr.createRepository({ repositoryName });
        await push(world.there, two, 'v2');
        return 'created again';
      });
      const { here } = world.settled();
      const kept = [await pulled(here, 'v1'), await pulled(here, 'v2')];
      expect(kept).toEqual([one.digest, again === 'created again' ? two.digest : 'MANIFEST_UNKNOWN']);
      return again;
    });
    expect(seen).toEqual({ 'created again': expect.any(Number), DENIED: expect.any(Number) });
  });

  it('may both delete a repository: if one has created it again, that is hidden until somebody creates it once more', async () => {
    const seen = await outcomes(async (seed) => {
      const { here, there, advance, settled } = await withRepository(seed);
      await pulled(there, 'v1');
      advance(second);
      await here.ecr.deleteRepository({ repositoryName });
      const { repository: again } = await here.ecr.createRepository({ repositoryName });
      await push(here, one, 'v1');
      const { repository: deleted } = await there.ecr
        .deleteRepository({ repositoryName })
        .catch(() => ({ repository: undefined }));
      if (deleted === undefined) return 'refused';
      if (deleted.createdAt?.getTime() === again?.createdAt?.getTime()) return 'deleted the new one';
      const after = settled().here;
      const hidden = await pulled(after, 'v1');
      await after.ecr.createRepository({ repositoryName });
      return `${hidden}, then ${(await pulled(after, 'v1')) === one.digest ? 'there' : 'lost'}`;
    });
    expect(Object.keys(seen).sort()).toEqual(['NAME_UNKNOWN, then there', 'deleted the new one', 'refused']);
  });

  it('lose pushes if one creates a repository, deletes it and creates it again while the other creates it', async () => {
    const seen = await outcomes(async (seed) => {
      const { here, there, settled } = worldOf(seed);
      await here.ecr.createRepository({ repositoryName });
      await here.ecr.deleteRepository({ repositoryName });
      await here.ecr.createRepository({ repositoryName });
      await push(here, one, 'v1');
      const created = await codeOf(async () => {
        await there.ecr.createRepository({ repositoryName });
        return 'created again';
      });
      return `${created}, ${(await pulled(settled().here, 'v1')) === one.digest ? 'kept' : 'lost'}`;
    });
    expect(Object.keys(seen).sort()).toEqual(['DENIED, kept', 'created again, kept', 'created again, lost']);
  });
});

it('counts nothing, and holds no quota of repositories, of images or of tags', async () => {
  const quotas = { repositoriesPerRegistry: 1, imagesPerRepository: 1, tagsPerImage: 1 };
  const { here } = await withRepository(1, {}, { private: quotas });
  await here.ecr.createRepository({ repositoryName: 'team/api' });
  for (const tag of ['v1', 'v2']) await push(here, one, tag);
  await push(here, two, 'v3');
  expect((await here.ecr.describeRepositories()).repositories).toHaveLength(2);
  expect((await here.distribution.getTags(await at(here))).tags).toEqual(['v1', 'v2', 'v3']);
});

describe('for up to two minutes', () => {
  it('an image that was pushed may not be found elsewhere, and a tag that was moved may be where it was', async () => {
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed);
      await push(world.here, one, 'latest');
      const { here, there, advance } = world.settled();
      await pulled(there, 'latest');
      await push(here, two, 'latest');
      advance(30 * second);
      const [tag, digest] = [await pulled(there, 'latest'), await pulled(there, two.digest)];
      return `${tag === one.digest ? 'old' : 'new'} tag, ${digest}`;
    });
    expect(Object.keys(seen).sort()).toEqual([
      'new tag, MANIFEST_UNKNOWN',
      `new tag, ${two.digest}`,
      'old tag, MANIFEST_UNKNOWN',
      `old tag, ${two.digest}`,
    ]);
  });

  it('a blob whose record is seen before its bytes is not found, as one that is not there', async () => {
    const { digest, bytes } = one.blobs[0] ?? { digest: '', bytes: new Uint8Array() };
    const seen = await outcomes(async (seed) => {
      const { here, there, advance } = await withRepository(seed);
      await pushLayers(here, one);
      advance(30 * second);
      return codeOf(async () => {
        const blob = await there.distribution.getBlob(await at(there), digest);
        for await (const chunk of blob.read()) expect(chunk).toEqual(bytes);
        return 'pulled';
      });
    });
    expect(Object.keys(seen).sort()).toEqual(['BLOB_UNKNOWN', 'pulled']);
  });

  it('an image that was deleted may be listed and pulled, and pushed again to no effect', async () => {
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed);
      await push(world.here, one, 'v1');
      const { here, there, settled } = world.settled();
      await pulled(there, one.digest);
      await here.distribution.deleteManifest(await at(here), one.digest);
      const listed = (await there.distribution.getTags(await at(there))).tags.length;
      const before = await pulled(there, one.digest);
      await push(there, one, one.digest);
      const after = await pulled(settled().here, one.digest);
      return `${listed} listed, ${before === one.digest ? 'pulled' : 'not pulled'}, ${after === one.digest ? 'there' : 'gone'}`;
    });
    expect(Object.keys(seen)).toContain('1 listed, pulled, gone');
  });

  it('an image that is pushed elsewhere into a deleted repository is acknowledged, and gone', async () => {
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed);
      await pulled(world.there, 'v1');
      await world.here.ecr.deleteRepository({ repositoryName });
      const pushed = await codeOf(async () => {
        await push(world.there, one, 'v1');
        return 'pushed';
      });
      return `${pushed}, ${await pulled(world.settled().here, 'v1')}`;
    });
    expect(Object.keys(seen)).toContain('pushed, NAME_UNKNOWN');
  });
});

describe('a push whose requests are answered in several places', () => {
  it('gets errors that say that something is not there yet, and gets through in time', async () => {
    const { digest, bytes } = one.blobs[0] ?? { digest: '', bytes: new Uint8Array() };
    const half = Math.ceil(bytes.length / 2);
    const seen = await outcomes(async (seed) => {
      const world = await withRepository(seed);
      const { here, there, advance } = world;
      const { uploadId } = await here.distribution.startUpload(await at(here));
      const parts = [bytes.subarray(0, half), bytes.subarray(half)] as const;
      await here.distribution.appendToUpload(await at(here), uploadId, bytesOf(parts[0]), { first: 0 });
      const answers: string[] = [];
      advance(30 * second);
      for (let tries = 0; tries < 5 && !answers.includes('taken'); tries++) {
        const answer = await codeOf(async () => {
          await there.distribution.appendToUpload(await at(there), uploadId, bytesOf(parts[1]), { first: half });
          return 'taken';
        });
        answers.push(answer);
        advance(40 * second);
      }
      expect(answers.at(-1)).toBe('taken');
      return answers[0] ?? '';
    });
    expect(Object.keys(seen).sort()).toEqual(['BLOB_UPLOAD_INVALID', 'BLOB_UPLOAD_UNKNOWN', 'taken']);

    const finished = await outcomes(async (seed) => {
      const { here, there, advance } = await withRepository(seed);
      const { uploadId } = await here.distribution.startUpload(await at(here));
      await here.distribution.appendToUpload(await at(here), uploadId, bytesOf(bytes), { first: 0 });
      advance(30 * second);
      return codeOf(async () => {
        await there.distribution.finishUpload(await at(there), uploadId, digest);
        return 'finished';
      });
    });
    expect(Object.keys(finished)).toEqual(
      expect.arrayContaining(['BLOB_UPLOAD_UNKNOWN', 'DIGEST_INVALID', 'finished']),
    );
    // Clients try the other codes again, and give up at this one.
    expect(Object.keys(finished)).not.toContain('UNKNOWN');

    // By the upload's state, as clients of /v2/ give it back in the locations that they follow.
    const followed = await outcomes(async (seed) => {
      const { here, there, advance } = await withRepository(seed);
      const { uploadId, ...started } = await here.distribution.startUpload(await at(here));
      const { state } = await here.distribution.appendToUpload(
        await at(here),
        { uploadId, ...started },
        bytesOf(bytes.subarray(0, half)),
      );
      advance(30 * second);
      return codeOf(async () => {
        const taken = await there.distribution.appendToUpload(
          await at(there),
          { uploadId, state },
          bytesOf(bytes.subarray(half)),
        );
        await there.distribution.finishUpload(await at(there), { uploadId, state: taken.state }, digest);
        return 'finished';
      });
    });
    expect(Object.keys(followed)).toEqual(expect.arrayContaining(['BLOB_UPLOAD_UNKNOWN', 'finished']));
    expect(Object.keys(followed)).not.toEqual(expect.arrayContaining(['BLOB_UPLOAD_INVALID']));
    expect(Object.keys(followed)).not.toEqual(expect.arrayContaining(['DIGEST_INVALID']));

    const tagged = await outcomes(async (seed) => {
      const { here, there } = await withRepository(seed);
      await pushLayers(here, one);
      return codeOf(async () => {
        await there.distribution.putManifest(await at(there), 'v1', manifestOf(one));
        return 'pushed';
      });
    });
    expect(Object.keys(tagged).sort()).toEqual(['MANIFEST_BLOB_UNKNOWN', 'pushed']);
  });
});

it('never makes a blob of what a client sent to one place and said to another', async () => {
  const [mine, others] = [new TextEncoder().encode('mine'), new TextEncoder().encode('oths')];
  const digest = `sha256:${[...new Uint8Array(await crypto.subtle.digest('SHA-256', mine))].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  for (const seed of seeds) {
    const world = await withRepository(seed);
    const { here, there } = world;
    const { uploadId } = await here.distribution.startUpload(await at(here));
    const append = async (engine: Engine, bytes: Uint8Array) =>
      engine.distribution.appendToUpload(await at(engine), uploadId, bytesOf(bytes), { first: 0 });
    await append(here, mine);
    await append(there, others).catch(() => undefined);
    world.advance(50 * second);
    await here.distribution.finishUpload(await at(here), uploadId, digest).catch(() => undefined);
    const { there: later } = world.settled();
    const blob = await later.distribution.getBlob(await at(later), digest).catch(() => undefined);
    for await (const bytes of blob?.read() ?? []) expect(bytes).toEqual(mine);
  }
});
