import { memoryStorage } from '@coracle/storage-memory';
import { describe, expect, it } from 'vitest';
import {
  bytesOf,
  collect,
  defaultAlias,
  digestOf,
  emptyRegistry,
  hour,
  refusalOf,
  streamOf,
  type TestRegistry,
  testClock,
  textOf,
} from '../../../test-support/registry.ts';
import { storageWith, watchedStorage } from '../../../test-support/storage.ts';
import type { Address, Json, Upload } from '../../index.ts';

const repositoryName = 'team/web';
/** How the key of a part ends that begins after three bytes. */
const second = `/${'3'.padStart(15, '0')}`;
const limits = { minPartBytes: 1, public: { partsPerLayer: 5000 } };

/** A process, and the calls of a client of it. Without `first` a chunk goes where the registry says that the upload ends. */
class Process {
  readonly registry: TestRegistry;
  readonly at: Address;

  constructor(registry: TestRegistry, at: Address) {
    this.registry = registry;
    this.at = at;
  }

  start = () => this.registry.distribution.startUpload(this.at);
  status = (upload: Upload) => this.registry.distribution.getUpload(this.at, upload);
  append = (upload: Upload, text: string, first?: number) =>
    this.registry.distribution.appendToUpload(this.at, upload, streamOf(text), { first });
  part = (uploadId: string, partFirstByte: number, text: string) =>
    this.registry.ecrPublic.uploadLayerPart({
      repositoryName,
      uploadId,
      partFirstByte,
      partLastByte: partFirstByte + text.length - 1,
      layerPartBlob: bytesOf(text),
    });

  /** Finishes an upload as the blob of this text, and gives the text that the blob has. */
  async finish(upload: Upload, text: string): Promise<string> {
    const { distribution } = this.registry;
    const digest = await digestOf(text);
    await distribution.finishUpload(this.at, upload, digest);
    return textOf(await collect((await distribution.getBlob(this.at, digest)).read()));
  }
}

/** One storage with a repository, which several processes use. */
async function shared(atomicCommit: boolean) {
  const inner = memoryStorage();
  const clock = testClock();
  const counts = { reads: 0, lists: 0, commits: 0, puts: 0 };
  const world = { hidden: (_: string) => false };
  const storage = storageWith(inner, {
    records: {
      guarantees: { atomicCommit, freshReads: atomicCommit, remote: !atomicCommit },
      getMany: (keys) => {
        counts.reads++;
        return inner.records.getMany(keys);
      },
      list: async (range) => {
        counts.lists++;
        const page = await inner.records.list(range);
        return { ...page, entries: page.entries.filter(({ key }) => !world.hidden(key)) };
      },
      commit: (change) => {
        counts.commits++;
        return inner.records.commit(change);
      },
    },
    bytes: {
      put: (...of) => {
        counts.puts++;
        return inner.bytes.put(...of);
      },
    },
  });
  let processes = 0;
  /** One that has seen nothing of what others do. */
  const process = async () => {
    const prefix = String(++processes).padStart(8, '0');
    let n = 0;
    const ids = () => `${prefix}-0000-4000-8000-${String(++n).padStart(12, '0')}`;
    const registry = emptyRegistry({ storage: watchedStorage(storage), clock, ids, limits });
    if (processes === 1) await registry.ecrPublic.createRepository({ repositoryName });
    const at = await registry.distribution.locate('public.ecr.aws', `${defaultAlias}/${repositoryName}`);
    const made = new Process(registry, at);
    // The ids of pieces are written down once in a process.
    const { uploadId } = await made.start();
    await made.append(uploadId, 'x');
    await registry.distribution.cancelUpload(at, uploadId);
    return made;
  };
  /** The storage's calls of what is run. */
  const callsOf = async (run: () => Promise<unknown>) => {
    Object.assign(counts, { reads: 0, lists: 0, commits: 0, puts: 0 });
    await run();
    return { ...counts };
  };
  const rewrite = async (prefix: string, change: (value: { [member: string]: Json }) => Json) => {
    const { entries } = await inner.records.list({ prefix, limit: 1000 });
    await inner.records.commit({
      put: entries.map(({ key, value }) => ({
        key,
        version: `r-${key}`,
        value: change(value as { [member: string]: Json }),
      })),
    });
  };
  return Object.assign(world, { inner, clock, process, callsOf, rewrite });
}

describe('if commits are atomic', () => {
  const oneAppend = { reads: 2, lists: 0, commits: 1, puts: 1 };

  it('an append costs the same however many parts there are, and in a process that has seen none of them', async () => {
    const { process, callsOf } = await shared(true);
    const one = await process();
    const { uploadId } = await one.start();
    let size = 0;
    for (; size < 1500; size++) await one.append(uploadId, 'x');
    for (const any of [one, await process()]) {
      expect(await callsOf(() => any.append(uploadId, 'x'))).toEqual(oneAppend);
      expect(await callsOf(() => any.append(uploadId, 'x', size + 1))).toEqual(oneAppend);
      expect(await callsOf(() => any.part(uploadId, size + 2, 'x'))).toEqual(oneAppend);
      size += 3;
      expect(await callsOf(() => any.status(uploadId))).toMatchObject({ lists: 0 });
      expect(await callsOf(() => refusalOf(any.append(uploadId, 'x', 7)))).toMatchObject({ lists: 0, puts: 0 });
      expect(await any.status(uploadId)).toEqual({ size });
    }
    const text = 'x'.repeat(size);
    expect(await (await process()).finish(uploadId, text)).toBe(text);
  });

  it('of two appends at once, by two processes, one is refused', async () => {
    for (const firsts of [[], [3]]) {
      const { process } = await shared(true);
      const [a, b] = [await process(), await process()];
      const { uploadId } = await a.start();
      await a.append(uploadId, 'one');
      const answers = await Promise.allSettled([
        a.append(uploadId, 'AA', ...firsts),
        b.append(uploadId, 'BB', ...firsts),
      ]);
      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      const refused = answers.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
      expect(refused.reason).toMatchObject({
        name: 'InvalidLayerPartException',
        message: 'First byte of the layer part is 3 instead of 5',
        ociCode: 'BLOB_UPLOAD_INVALID',
      });
      expect(await b.status(uploadId)).toEqual({ size: 5 });
      const text = `one${answers[0]?.status === 'fulfilled' ? 'AA' : 'BB'}`;
      expect(await b.finish(uploadId, text)).toBe(text);
    }
  });

  it('an upload has no state to give back, and none that is given is looked at', async () => {
    const { process } = await shared(true);
    const one = await process();
    const { uploadId, ...rest } = await one.start();
    expect(rest).toEqual({});
    expect(await one.append({ uploadId, state: 'any' }, 'one')).toEqual({ size: 3 });
  });
});

describe('if commits are not atomic', () => {
  it('an append whose state comes back asks for no list, in whatever process', async () => {
    const { process, callsOf } = await shared(false);
    let upload: { uploadId: string; state?: string } = await (await process()).start();
    for (let size = 0; size < 30; size += 2) {
      const any = await process();
      for (const first of [undefined, size + 1]) {
        const calls = await callsOf(async () => {
          const { state = '' } = await any.append(upload, 'x', first);
          upload = { ...upload, state };
        });
        expect(calls).toEqual({ reads: 2, lists: 0, commits: 1, puts: 1 });
      }
    }
    expect(await (await process()).finish(upload, 'x'.repeat(30))).toBe('x'.repeat(30));
  });

  it('the process that took the parts needs no state', async () => {
    const { process, callsOf } = await shared(false);
    const one = await process();
    const { uploadId } = await one.start();
    for (const text of ['one', 'two'])
      expect(await callsOf(() => one.append(uploadId, text))).toMatchObject({ lists: 0 });
    expect(await callsOf(() => one.part(uploadId, 6, 'three'))).toMatchObject({ lists: 0 });
    const other = await process();
    await other.part(uploadId, 11, 'four');
    expect(await callsOf(() => other.part(uploadId, 15, 'five'))).toMatchObject({ lists: 0 });
    await one.append(uploadId, 'six');
    expect(await other.finish(uploadId, 'onetwothreefourfivesix')).toBe('onetwothreefourfivesix');
  });

  it('two processes append in turn by the states that they give each other', async () => {
    const { process } = await shared(false);
    const [a, b] = [await process(), await process()];
    let upload: { uploadId: string; state?: string } = await a.start();
    const texts = ['one', 'two', 'three', 'four', 'five'];
    for (const [n, text] of texts.entries()) {
      const { size, state = '' } = await (n % 2 ? b : a).append(upload, text);
      expect(size).toBe(texts.slice(0, n + 1).join('').length);
      upload = { ...upload, state };
    }
    expect(await a.finish(upload, texts.join(''))).toBe(texts.join(''));
  });

  /** An upload of two parts, its states, and a process that has seen nothing of it. */
  async function begun() {
    const world = await shared(false);
    const one = await world.process();
    const { uploadId, state: empty = '' } = await one.start();
    const { state: old = '' } = await one.append(uploadId, 'one');
    const { state = '' } = await one.append(uploadId, 'two');
    const other = await one.start();
    const { state: others = '' } = await one.append(other.uploadId, 'much more than the other has');
    return { world, one, uploadId, states: { empty, old, state, others }, fresh: await world.process() };
  }

  it.each(['empty', 'old'] as const)('a state that is behind (%s) is found out', async (which) => {
    const { uploadId, states, fresh } = await begun();
    const behind = { uploadId, state: states[which] };
    expect((await fresh.append(behind, 'three')).size).toBe(11);
    expect((await fresh.append(behind, 'four', 11)).size).toBe(15);
    expect(await fresh.status(behind)).toMatchObject({ size: 15 });
    expect(await fresh.finish(behind, 'onetwothreefour')).toBe('onetwothreefour');
  });

  it.each<[string, (states: { state: string; others: string }) => string]>([
    ['is missing', () => ''],
    ['is of another upload', ({ others }) => others],
    ['is forged', ({ state }) => `600-2.${state.split('.')[1]}`],
    ['was altered', ({ state }) => state.replace(/^6-/, '9-')],
    ['is signed by something else', ({ state }) => `${state.slice(0, -1)}${state.endsWith('0') ? '1' : '0'}`],
    ['is no state', () => '../../~%00 é'],
  ])('a state that %s is as good as none', async (_, make) => {
    const { uploadId, states, fresh } = await begun();
    const upload = { uploadId, state: make(states) };
    expect((await fresh.append(upload, 'three')).size).toBe(11);
    expect(await fresh.finish(upload, 'onetwothree')).toBe('onetwothree');
  });

  it('a state shows the next byte although lists do not show the last part yet', async () => {
    const { world, uploadId, states, fresh } = await begun();
    const upload = { uploadId, state: states.state };
    world.hidden = (key) => key.endsWith(second);
    expect((await fresh.append(upload, 'three')).size).toBe(11);
    expect((await refusalOf(fresh.append(upload, 'THREE', 3))).message).toBe(
      'First byte of the layer part is 3 instead of 11',
    );
  });

  it('an upload whose last part lists do not show is not taken for the whole, and can be finished later', async () => {
    const { world, uploadId, states, fresh } = await begun();
    const upload = { uploadId, state: states.state };
    world.hidden = (key) => key.endsWith(second);
    for (const text of ['one', 'onetwo']) {
      await expect(fresh.finish(upload, text)).rejects.toMatchObject({
        message: `The storage does not return all parts of the upload '${uploadId}' yet. Nothing was written. Try again.`,
        ociCode: 'BLOB_UPLOAD_UNKNOWN',
      });
    }
    world.hidden = () => false;
    expect(await fresh.finish(upload, 'onetwo')).toBe('onetwo');
  });

  it('a part that is put over the one of another, by an old state, makes no wrong blob', async () => {
    const { world, uploadId, states, fresh, one } = await begun();
    const { inner } = world;
    const [stored] = (await inner.records.list({ prefix: 'upload/', limit: 1000 })).entries.filter(({ key }) =>
      key.endsWith(second),
    );
    // As a place sees it that was asked for the part before it came.
    await inner.records.commit({ remove: [stored?.key ?? ''] });
    await fresh.append({ uploadId, state: states.old }, 'TWO');
    await refusalOf(one.finish({ uploadId, state: states.state }, 'onetwo'));
    expect(await one.finish({ uploadId, state: states.state }, 'oneTWO')).toBe('oneTWO');
  });

  it('an upload is idle by its last part, and not by a state that is behind', async () => {
    const { process, clock } = await shared(false);
    const [one, other] = [await process(), await process()];
    const { uploadId } = await one.start();
    const { state = '' } = await one.append(uploadId, 'one');
    clock.advance(hour - 1);
    await one.append(uploadId, 'two');
    clock.advance(hour - 1);
    expect((await other.append({ uploadId, state }, 'three')).size).toBe(11);
    clock.advance(hour);
    for (const any of [one, other, await process()]) {
      for (const upload of [uploadId, { uploadId, state }]) {
        expect((await refusalOf(any.append(upload, 'four'))).name).toBe('UploadNotFoundException');
        expect((await refusalOf(any.finish(upload, 'onetwothree'))).name).toBe('UploadNotFoundException');
        expect((await refusalOf(any.status(upload))).name).toBe('UploadNotFoundException');
      }
    }
  });
});

describe.each([true, false])(
  'an upload of a version of Coracle that kept no progress (atomic commits: %s)',
  (atomic) => {
    /** Records as that version wrote them, and a process that opens the store. */
    async function old() {
      const world = await shared(atomic);
      const before = await world.process();
      const [{ uploadId }, { uploadId: empty }] = [await before.start(), await before.start()];
      for (const text of ['one', 'two']) await before.append(uploadId, text);
      await world.rewrite('upload/', ({ startedAt, last, pieces }) =>
        startedAt === undefined ? { last: last ?? 0, pieces: pieces ?? [] } : { startedAt },
      );
      return { ...world, uploadId, empty, now: await world.process() };
    }

    it('goes on, and is finished', async () => {
      const { uploadId, now, empty } = await old();
      expect(await now.status(uploadId)).toMatchObject({ size: 6 });
      expect((await refusalOf(now.append(uploadId, 'x', 3))).message).toBe(
        'First byte of the layer part is 3 instead of 6',
      );
      expect((await now.append(uploadId, 'three')).size).toBe(11);
      await now.part(uploadId, 11, 'four');
      expect(await now.finish(uploadId, 'onetwothreefour')).toBe('onetwothreefour');
      expect(await now.append(empty, 'first')).toMatchObject({ size: 5 });
      expect(await now.finish(empty, 'first')).toBe('first');
    });

    it('is finished as it is, or cancelled', async () => {
      const { uploadId, now, empty } = await old();
      expect(await now.finish(uploadId, 'onetwo')).toBe('onetwo');
      await now.registry.distribution.cancelUpload(now.at, empty);
      expect(
        Object.keys((await now.registry.storage.contents()).records).filter((key) => key.startsWith('upload/')),
      ).toEqual([]);
    });

    it('takes one of two parts that come at once', async () => {
      const { uploadId, now, process } = await old();
      const other = await process();
      const answers = await Promise.allSettled([now.append(uploadId, 'AA'), other.append(uploadId, 'BB')]);
      expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    });

    it('stays open for its lifetime, since nobody knows when it got its last part', async () => {
      const { uploadId, now, clock } = await old();
      clock.advance(24 * hour - 1);
      await now.registry.engine.collectGarbage({ grace: 0 });
      expect((await now.append(uploadId, 'three')).size).toBe(11);
      clock.advance(1);
      expect((await refusalOf(now.append(uploadId, 'four'))).name).toBe('UploadNotFoundException');
    });
  },
);

it('an upload of a snapshot goes on in a store of another kind', async () => {
  for (const [from, to] of [
    [true, false],
    [false, true],
  ] as const) {
    const one = await (await shared(from)).process();
    const other = await (await shared(to)).process();
    const { uploadId } = await one.start();
    await one.append(uploadId, 'one');
    await other.registry.engine.restore(await one.registry.engine.snapshot());
    for (const text of ['two', 'three']) await other.append(uploadId, text);
    expect(await other.finish(uploadId, 'onetwothree')).toBe('onetwothree');
  }
});
