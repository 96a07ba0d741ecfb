import { describe, expect, it } from 'vitest';
import { emptyRegistry, hour } from '../../test-support/registry.ts';
import { portableHasher } from '../digest/portable-hasher.ts';
import type { Hasher } from '../digest/running-hash.ts';

const at = { host: 'localhost', path: 'web' };
const bytesOf = (text: string) => new TextEncoder().encode(text);
const digestOf = async (text: string) => {
  const hash = portableHasher('sha256');
  hash.update(bytesOf(text));
  return `sha256:${await hash.digest()}`;
};

/** A registry that counts the reads of pieces, whose hashes end with their request, as in Workers. */
async function registry() {
  const hasher: Hasher = (algorithm) => {
    const hash = portableHasher(algorithm);
    return { endsWithRequest: true, update: (bytes) => hash.update(bytes), digest: () => hash.digest() };
  };
  const made = emptyRegistry({ hasher });
  const { bytes } = made.storage;
  let reads = 0;
  const get = bytes.get.bind(bytes);
  Object.assign(bytes, {
    get: (...given: Parameters<typeof get>) => {
      reads++;
      return get(...given);
    },
  });
  await made.engine.ecr.createRepository({ repositoryName: 'web' });
  return { ...made, reads: () => reads };
}

/** Stores texts as pieces, and adds them to an upload, as a server does that stores content itself. */
async function append(
  { distribution, storage }: Awaited<ReturnType<typeof registry>>,
  upload: string,
  { first, texts, digest }: { first: number; texts: string[]; digest?: string },
) {
  const { lease, ids, size } = await distribution.planPieces(at, upload, { first, pieces: texts.length });
  expect(size).toBe(first);
  for (const [i, id] of ids.entries()) await storage.bytes.put(id, bytesOf(texts[i] ?? ''));
  const pieces = ids.map((id, i) => [id, bytesOf(texts[i] ?? '').length] as const);
  return distribution.appendPieces(at, upload, { lease, first, pieces }, { digest });
}

describe('pieces that a server has stored itself', () => {
  it('become a blob without being read, if their digest is known', async () => {
    const made = await registry();
    const { distribution } = made;
    const { uploadId } = await distribution.startUpload(at);
    const digest = await digestOf('onetwo');
    expect(await append(made, uploadId, { first: 0, texts: ['one', 'two'], digest })).toEqual({ size: 6 });
    expect(await distribution.finishUpload(at, uploadId, digest)).toEqual({ digest, size: 6 });
    expect(made.reads()).toBe(0);
    const { pieces, ...blob } = await distribution.locateBlob(at, digest);
    expect(blob).toEqual({ digest, size: 6 });
    const stored = await Promise.all(pieces.map(async ([id]) => made.storage.bytes.get(id)));
    expect(stored).toEqual([bytesOf('one'), bytesOf('two')]);
  });

  it('are read and hashed if several requests have brought them', async () => {
    const made = await registry();
    const { distribution } = made;
    const { uploadId } = await distribution.startUpload(at);
    await append(made, uploadId, { first: 0, texts: ['one'], digest: await digestOf('one') });
    await append(made, uploadId, { first: 3, texts: ['two'], digest: await digestOf('two') });
    await expect(distribution.finishUpload(at, uploadId, await digestOf('two'))).rejects.toMatchObject({
      name: 'InvalidLayerException',
    });
    const digest = await digestOf('onetwo');
    expect(await distribution.finishUpload(at, uploadId, digest)).toEqual({ digest, size: 6 });
    expect(made.reads()).toBeGreaterThan(0);
  });

  it('are read and hashed for another algorithm, and without a digest', async () => {
    const made = await registry();
    const { distribution } = made;
    const { uploadId } = await distribution.startUpload(at);
    await append(made, uploadId, { first: 0, texts: ['one'] });
    const wrong = `sha512:${'0'.repeat(128)}`;
    await expect(distribution.finishUpload(at, uploadId, wrong)).rejects.toMatchObject({
      name: 'InvalidLayerException',
    });
    expect(await distribution.finishUpload(at, uploadId, await digestOf('one'))).toMatchObject({ size: 3 });
  });

  it('are refused if they do not begin at the end of the upload, and are then deleted', async () => {
    const made = await registry();
    const { distribution, storage } = made;
    const { uploadId } = await distribution.startUpload(at);
    const plan = () => distribution.planPieces(at, uploadId, { first: 0 });
    const { lease, ids } = await plan();
    const [one, two] = [ids[0] ?? '', (await plan()).ids[0] ?? ''];
    for (const id of [one, two]) await storage.bytes.put(id, bytesOf(id));
    const add = (id: string) => distribution.appendPieces(at, uploadId, { lease, first: 0, pieces: [[id, id.length]] });
    await add(one);
    await expect(add(two)).rejects.toMatchObject({ name: 'InvalidLayerPartException' });
    await expect(plan()).rejects.toMatchObject({ name: 'InvalidLayerPartException' });
    expect(await storage.bytes.get(one)).toBeDefined();
  });

  it('are collected if they are never added', async () => {
    const made = await registry();
    const { distribution, storage, engine, clock } = made;
    const { uploadId } = await distribution.startUpload(at);
    const { ids } = await distribution.planPieces(at, uploadId, { pieces: 2 });
    for (const id of ids) await storage.bytes.put(id, bytesOf('lost'));
    clock.advance(48 * hour);
    await engine.collectGarbage();
    expect(await Promise.all(ids.map((id) => storage.bytes.get(id)))).toEqual([undefined, undefined]);
  });

  it('are refused once a collection may have deleted them, however slowly they came', async () => {
    const { distribution, storage, engine, clock } = await registry();
    const { lease, ids } = await distribution.planPieces(at, (await distribution.startUpload(at)).uploadId);
    const [id = ''] = ids;
    await storage.bytes.put(id, bytesOf('slow'));
    const { uploadId } = await distribution.startUpload(at);
    const append = () => distribution.appendPieces(at, uploadId, { lease, first: 0, pieces: [[id, 4]] });
    clock.advance(2 * hour);
    const late = (await distribution.startUpload(at)).uploadId;
    await engine.collectGarbage({ grace: hour });
    const appendLate = distribution.appendPieces(at, late, { lease, first: 0, pieces: [[id, 4]] });
    await expect(appendLate).rejects.toMatchObject({ name: 'ServerException', retryable: true });
    await expect(append()).rejects.toMatchObject({ name: 'UploadNotFoundException' });
    expect(await distribution.getUpload(at, late)).toEqual({ size: 0 });
  });

  it.each([[['x', 1]], [['../secret', 1]], [[]], 7, [[`${crypto.randomUUID()}-0`, 0]]])(
    'are not %j',
    async (pieces) => {
      const { distribution } = await registry();
      const { uploadId } = await distribution.startUpload(at);
      const { lease } = await distribution.planPieces(at, uploadId);
      await expect(
        distribution.appendPieces(at, uploadId, { lease, first: 0, pieces: pieces as never }),
      ).rejects.toMatchObject({ cause: expect.any(TypeError) });
    },
  );

  it('count toward the limit of parts by their size', async () => {
    const { distribution } = await registry();
    const { uploadId } = await distribution.startUpload(at);
    const { lease, ids } = await distribution.planPieces(at, uploadId);
    const big = ids[0] ?? '';
    await expect(
      distribution.appendPieces(at, uploadId, { lease, first: 0, pieces: [[big, 8 * 1024 * 1024 * 100_000]] }),
    ).rejects.toMatchObject({ name: 'LimitExceededException' });
  });
});

describe('a part that one request brings', () => {
  it('becomes a blob without being read, though its hash ends with its request', async () => {
    const { distribution, reads } = await registry();
    const { uploadId } = await distribution.startUpload(at);
    await distribution.appendToUpload(at, uploadId, 'hello');
    const digest = await digestOf('hello');
    expect(await distribution.finishUpload(at, uploadId, digest)).toEqual({ digest, size: 5 });
    expect(reads()).toBe(0);
  });
});
