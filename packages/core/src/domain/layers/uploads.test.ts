import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../../test-support/consistency.ts';
import {
  bytesOf,
  digestOf,
  emptyRegistry,
  hour,
  refusalOf,
  registryWith,
  type TestOptions,
  type TestRegistry,
  uploadParts,
} from '../../../test-support/registry.ts';
import { storageWith, type WatchedStorage, watchedStorage } from '../../../test-support/storage.ts';
import { defaultHasher } from '../../digest/hasher.ts';
import type { Hasher } from '../../digest/running-hash.ts';
import { createEngine } from '../../registry.ts';
import { ecr } from '../../services/ecr.ts';
import { ecrPublic } from '../../services/ecr-public.ts';
import { LiveUploads } from './live-uploads.ts';

const repositoryName = 'team/web';
const limits = { minPartBytes: 1 };

let processes = 0;
/** A process of its own on a storage: what it remembers is its own, and so are its ids. */
function processOn(storage: WatchedStorage, options: TestOptions = {}): TestRegistry {
  const prefix = String(++processes).padStart(8, '0');
  let n = 0;
  const ids = () => `${prefix}-0000-4000-8000-${String(++n).padStart(12, '0')}`;
  return emptyRegistry({ storage, ids, limits, ...options });
}

async function twoProcesses() {
  const storage = watchedStorage(memoryStorage());
  const [a, b] = [processOn(storage), processOn(storage)];
  await a.ecrPublic.createRepository({ repositoryName });
  return { storage, a, b };
}

const start = async ({ ecrPublic }: TestRegistry) => (await ecrPublic.initiateLayerUpload({ repositoryName })).uploadId;
const put = ({ ecrPublic }: TestRegistry, uploadId: string, partFirstByte: number, text: string) =>
  ecrPublic.uploadLayerPart({
    repositoryName,
    uploadId,
    partFirstByte,
    partLastByte: partFirstByte + text.length - 1,
    layerPartBlob: bytesOf(text),
  });
const complete = ({ ecrPublic }: TestRegistry, uploadId: string, digest = 'any:0') =>
  ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: [digest] });

describe('an upload that two processes take part in', () => {
  it('grows by the parts of both in turn, and either can complete it', async () => {
    for (const last of ['a', 'b'] as const) {
      const { storage, a, b } = await twoProcesses();
      const uploadId = await start(a);
      await put(a, uploadId, 0, 'one');
      await put(b, uploadId, 3, 'two');
      await put(a, uploadId, 6, 'three');
      await put(b, uploadId, 11, 'four');
      const digest = await digestOf('onetwothreefour');
      expect((await complete({ a, b }[last], uploadId, digest)).layerDigest).toBe(digest);
      await expectConsistent(storage);
    }
  });

  it('refuses a part where the other one has put its own, by what is really stored', async () => {
    const { a, b } = await twoProcesses();
    const uploadId = await start(a);
    await put(a, uploadId, 0, 'one');
    await put(b, uploadId, 3, 'two');
    expect(await refusalOf(put(a, uploadId, 3, 'TWO'))).toMatchObject({
      name: 'InvalidLayerPartException',
      message: 'First byte of the layer part is 3 instead of 6',
      lastValidByteReceived: 5,
    });
    await put(a, uploadId, 6, 'three');
    expect((await complete(a, uploadId)).layerDigest).toBe(await digestOf('onetwothree'));
  });

  it('takes one of two parts that both put at once', async () => {
    const { storage, a, b } = await twoProcesses();
    const uploadId = await start(a);
    const outcomes = await Promise.allSettled([put(a, uploadId, 0, 'from a'), put(b, uploadId, 0, 'from b')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const stored = outcomes[0]?.status === 'fulfilled' ? 'from a' : 'from b';
    expect((await complete(a, uploadId, await digestOf(stored))).layerDigest).toBe(await digestOf(stored));
    await expectConsistent(storage);
  });

  it('is gone for both once one has completed it', async () => {
    const { storage, a, b } = await twoProcesses();
    const uploadId = await start(a);
    await put(a, uploadId, 0, 'one');
    await complete(b, uploadId);
    expect((await refusalOf(put(a, uploadId, 3, 'two'))).name).toBe('UploadNotFoundException');
    expect((await refusalOf(complete(a, uploadId))).name).toBe('UploadNotFoundException');
    await expectConsistent(storage);
  });

  it('is what is stored, and not what a process knows of another upload that had the id', async () => {
    const storage = watchedStorage(memoryStorage());
    const countingFrom = (n: number) => {
      const ids = () => `00000000-0000-4000-8000-${String(++n).padStart(12, '0')}`;
      return emptyRegistry({ storage, ids, limits });
    };
    // The repository has the first id.
    const [a, b] = [countingFrom(0), countingFrom(1)];
    await a.ecrPublic.createRepository({ repositoryName });
    const former = await start(a);
    await put(a, former, 0, 'a longer text');
    await complete(b, former);
    const next = await start(b);
    expect(next).toBe(former);
    await put(b, next, 0, 'new');
    expect((await complete(a, next, await digestOf('new'))).layerDigest).toBe(await digestOf('new'));
  });

  it('that one completes twice at once is not found the second time, whatever has gone meanwhile', async () => {
    const { a, b } = await twoProcesses();
    const first = await start(a);
    await put(a, first, 0, 'content');
    await complete(a, first);
    const again = await start(a);
    await put(a, again, 0, 'content');
    const outcomes = await Promise.all([refusalOf(complete(a, again)), refusalOf(complete(b, again))]);
    // The layer exists already: the one that finishes the upload says so.
    expect(outcomes.map(({ name }) => name).sort()).toEqual(['LayerAlreadyExistsException', 'UploadNotFoundException']);
  });

  it('is completed by a process that has seen none of it', async () => {
    const { storage, a } = await twoProcesses();
    const uploadId = await start(a);
    await put(a, uploadId, 0, 'one');
    await put(a, uploadId, 3, 'two');
    const fresh = processOn(storage);
    expect((await refusalOf(complete(fresh, uploadId, await digestOf('one')))).name).toBe('InvalidLayerException');
    expect((await complete(fresh, uploadId, await digestOf('onetwo'))).layerDigest).toBe(await digestOf('onetwo'));
  });
});

describe('a part that is put while the upload is being completed', () => {
  /** Both on one storage; what else is done when the parts have been listed for the completion, or when bytes are put. */
  async function racing() {
    const inner = memoryStorage();
    let meanwhile: (() => Promise<unknown>) | undefined;
    let beforePut: (() => Promise<unknown>) | undefined;
    const storage = watchedStorage(
      storageWith(inner, {
        records: {
          list: async (range) => {
            const page = await inner.records.list(range);
            const run = meanwhile;
            if (range.prefix.startsWith('upload/')) meanwhile = undefined;
            if (range.prefix.startsWith('upload/')) await run?.();
            return page;
          },
        },
        bytes: {
          put: async (...of) => {
            const run = beforePut;
            beforePut = undefined;
            await run?.();
            return inner.bytes.put(...of);
          },
        },
      }),
    );
    const [a, b] = [processOn(storage), processOn(storage)];
    await a.ecrPublic.createRepository({ repositoryName });
    const uploadId = await start(a);
    await put(a, uploadId, 0, 'one');
    const whileListing = (run: () => Promise<unknown>) => {
      meanwhile = run;
    };
    const whilePutting = (run: () => Promise<unknown>) => {
      beforePut = run;
    };
    return { storage, a, b, uploadId, whileListing, whilePutting };
  }

  it('belongs to the layer, once it was acknowledged', async () => {
    for (const who of ['a', 'b'] as const) {
      const { storage, a, b, uploadId, whileListing } = await racing();
      whileListing(() => put({ a, b }[who], uploadId, 3, 'two'));
      expect((await complete(a, uploadId)).layerDigest).toBe(await digestOf('onetwo'));
      await expectConsistent(storage);
    }
  });

  it('is there to be completed where the digest was that of the layer without it', async () => {
    const { a, b, uploadId, whileListing } = await racing();
    whileListing(() => put(b, uploadId, 3, 'two'));
    expect((await refusalOf(complete(a, uploadId, await digestOf('one')))).name).toBe('InvalidLayerException');
    expect((await complete(a, uploadId, await digestOf('onetwo'))).layerDigest).toBe(await digestOf('onetwo'));
  });

  it('is refused if others came meanwhile, and told where the upload ends now', async () => {
    const { a, b, uploadId, whilePutting } = await racing();
    whilePutting(async () => {
      await put(a, uploadId, 3, 'two');
      await put(a, uploadId, 6, 'three');
    });
    expect(await refusalOf(put(b, uploadId, 3, 'TWO'))).toMatchObject({
      message: 'First byte of the layer part is 3 instead of 11',
      lastValidByteReceived: 10,
    });
    expect((await complete(b, uploadId)).layerDigest).toBe(await digestOf('onetwothree'));
  });

  it('is refused where the other process has completed it meanwhile, and leaves no bytes', async () => {
    const { storage, a, b, uploadId, whilePutting } = await racing();
    whilePutting(() => complete(a, uploadId));
    expect((await refusalOf(put(b, uploadId, 3, 'two'))).name).toBe('UploadNotFoundException');
    await expectConsistent(storage);
  });

  it('is part of a layer of exactly what was acknowledged, in whatever order they meet', async () => {
    for (let turns = 0; turns < 40; turns++) {
      const { storage, a, b } = await twoProcesses();
      const uploadId = await start(a);
      await put(a, uploadId, 0, 'one');
      const later = async () => {
        for (let i = 0; i < turns; i++) await Promise.resolve();
        return complete(b, uploadId);
      };
      const [part, completion] = await Promise.allSettled([put(a, uploadId, 3, 'two'), later()]);
      if (completion.status === 'rejected') throw completion.reason;
      const expected = part.status === 'fulfilled' ? 'onetwo' : 'one';
      expect(completion.value.layerDigest).toBe(await digestOf(expected));
      await expectConsistent(storage);
    }
  });
});

describe('the running digest', () => {
  /** A hasher that takes a few turns for each update, as one on another thread does. */
  const slowHasher: Hasher = (algorithm) => {
    const hash = defaultHasher(algorithm);
    return {
      update: async (bytes) => {
        const copy = bytes.slice();
        for (let i = 0; i < 20; i++) await Promise.resolve();
        await hash.update(copy);
      },
      digest: () => hash.digest(),
    };
  };

  it('is that of what is stored, also where the hasher takes its time and calls come at once', async () => {
    for (let turns = 0; turns < 60; turns++) {
      const registry = await registryWith([repositoryName], { hasher: slowHasher, limits });
      const uploadId = await uploadParts(registry, repositoryName, ['one']);
      const later = async <T>(after: number, call: () => Promise<T>) => {
        for (let i = 0; i < after; i++) await Promise.resolve();
        return call();
      };
      const [two, three, completion] = await Promise.allSettled([
        put(registry, uploadId, 3, 'two'),
        later(turns, () => put(registry, uploadId, 6, 'three')),
        later(Math.floor(turns * 1.5), () => complete(registry, uploadId)),
      ]);
      if (completion.status === 'rejected') throw completion.reason;
      const acknowledged = `one${two.status === 'fulfilled' ? 'two' : ''}${three.status === 'fulfilled' ? 'three' : ''}`;
      expect(completion.value.layerDigest).toBe(await digestOf(acknowledged));
    }
  });

  it('is not needed: the oldest of very many uploads has lost it', async () => {
    const registry = await registryWith([repositoryName], { limits });
    const uploads: string[] = [];
    for (let i = 0; i < 520; i++) uploads.push(await uploadParts(registry, repositoryName, [`part ${i}`]));
    for (const [i, uploadId] of [...uploads.entries()].slice(0, 10))
      await put(registry, uploadId, `part ${i}`.length, ', more');
    for (const i of [0, 9, 10, 519]) {
      const digest = await digestOf(`part ${i}${i < 10 ? ', more' : ''}`);
      expect((await complete(registry, uploads[i] ?? '', digest)).layerDigest).toBe(digest);
    }
  });

  it('does not take bytes that were never stored: a failed part leaves no trace', async () => {
    const inner = memoryStorage();
    let fails = false;
    const storage = watchedStorage(
      storageWith(inner, {
        bytes: { put: (id, bytes) => (fails ? Promise.reject(new Error('disk full')) : inner.bytes.put(id, bytes)) },
      }),
    );
    const registry = await registryWith([repositoryName], { storage, limits });
    const uploadId = await uploadParts(registry, repositoryName, ['one']);
    fails = true;
    expect((await refusalOf(put(registry, uploadId, 3, 'two'))).name).toBe('ServerException');
    fails = false;
    await put(registry, uploadId, 3, 'three');
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf('onethree'));
  });

  it('is right where a part was stored although its call failed', async () => {
    const inner = memoryStorage();
    let fails = false;
    const storage = watchedStorage(
      storageWith(inner, {
        records: {
          commit: async (change) => {
            const result = await inner.records.commit(change);
            if (fails) throw new Error('the answer was lost');
            return result;
          },
        },
      }),
    );
    const registry = await registryWith([repositoryName], { storage, limits });
    const uploadId = await uploadParts(registry, repositoryName, ['one']);
    fails = true;
    expect((await refusalOf(put(registry, uploadId, 3, 'two'))).name).toBe('ServerException');
    fails = false;
    expect(await refusalOf(put(registry, uploadId, 3, 'two'))).toMatchObject({ lastValidByteReceived: 5 });
    await put(registry, uploadId, 6, 'three');
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf('onetwothree'));
    await expectConsistent(storage);
  });
});

describe('when lists lag', () => {
  /** A storage whose lists do not show the keys that `hides` says. */
  async function lagging(hides: (key: string) => boolean) {
    const inner = memoryStorage();
    const storage = storageWith(inner, {
      records: {
        guarantees: { atomicCommit: false, freshReads: false, remote: true },
        list: async (range) => {
          const page = await inner.records.list(range);
          return { ...page, entries: page.entries.filter(({ key }) => !hides(key)) };
        },
      },
    });
    const here = await registryWith([repositoryName], { storage: watchedStorage(storage), limits });
    const elsewhere = createEngine({ storage, limits, clock: here.clock, services: [ecrPublic, ecr] });
    return { here, elsewhere };
  }

  it('the process that took the parts completes the upload', async () => {
    const { here } = await lagging((key) => /^upload\/.*\/.*\//.test(key));
    const uploadId = await uploadParts(here, repositoryName, ['one', 'two']);
    expect((await complete(here, uploadId)).layerDigest).toBe(await digestOf('onetwo'));
  });

  it('another one, which misses a part, refuses to and changes nothing', async () => {
    let lags = true;
    const { here, elsewhere } = await lagging((key) => lags && key.endsWith(`/${'3'.padStart(15, '0')}`));
    const uploadId = await uploadParts(here, repositoryName, ['one', 'two', 'three']);
    const layerDigests = [await digestOf('onetwothree')];
    const completed = () => elsewhere.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });
    await expect(completed()).rejects.toMatchObject({
      name: 'ServerException',
      message: `The storage does not return all parts of the upload '${uploadId}' yet. Nothing was written. Try again.`,
      ociCode: 'BLOB_UPLOAD_UNKNOWN',
    });
    lags = false;
    expect((await completed()).layerDigest).toBe(layerDigests[0]);
  });
});

it('an upload gets no id that an upload has which is still open, also if ids begin anew', async () => {
  const storage = watchedStorage(memoryStorage());
  const one = await registryWith([repositoryName], { storage, limits });
  const before = await uploadParts(one, repositoryName, ['one']);
  const restarted = emptyRegistry({ storage, limits });
  const uploads = new Set([before]);
  for (const text of ['two', 'three', 'four']) uploads.add(await uploadParts(restarted, repositoryName, [text]));
  expect(uploads.size).toBe(4);
  expect((await complete(one, before)).layerDigest).toBe(await digestOf('one'));
});

describe('an upload through the distribution protocol', () => {
  it('shares its life with one through the API', async () => {
    const registry = await registryWith([repositoryName], { limits });
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    const { uploadId } = await registry.distribution.startUpload(at);
    await put(registry, uploadId, 0, 'one');
    expect(await registry.distribution.getUpload(at, uploadId)).toEqual({ size: 3 });
    registry.clock.advance(24 * hour);
    expect((await refusalOf(registry.distribution.getUpload(at, uploadId))).name).toBe('UploadNotFoundException');
  });
});

describe('the memory of a process for its uploads', () => {
  it('is the latest 512', () => {
    const uploads = new LiveUploads();
    const one = () => ({ parts: [], algorithm: 'sha256' as const, hash: undefined });
    for (let i = 0; i < 512; i++) uploads.set(`${i}`, one());
    uploads.set('0', one());
    uploads.set('512', one());
    expect([uploads.get('0'), uploads.get('1'), uploads.get('512')].map(Boolean)).toEqual([true, false, true]);
    uploads.delete('0');
    uploads.clear();
    expect([uploads.get('0'), uploads.get('512')]).toEqual([undefined, undefined]);
  });

  it('is no more than 50,000 of their parts', () => {
    const uploads = new LiveUploads();
    const grown = (key: string, count: number) => {
      const upload = { parts: [], algorithm: 'sha256' as const, hash: undefined };
      uploads.set(key, upload);
      for (let first = 0; first < count; first++) uploads.grow(key, upload, { first, last: first, piece: ['p', 1] });
      return upload;
    };
    const known = () => ['0', '1', '2', '3'].filter((key) => uploads.get(key));
    const oldest = grown('0', 20_000);
    grown('1', 20_000);
    grown('2', 10_000);
    expect(known()).toEqual(['0', '1', '2']);
    grown('3', 1);
    expect(known()).toEqual(['1', '2', '3']);
    uploads.grow('0', oldest, { first: 20_000, last: 20_000, piece: ['p', 1] });
    uploads.delete('1');
    grown('1', 30_000);
    expect(known()).toEqual(['1', '2', '3']);
  });
});
