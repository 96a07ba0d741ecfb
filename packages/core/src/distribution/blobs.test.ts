import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { expectConsistent } from '../../test-support/consistency.ts';
import { privateAt } from '../../test-support/private.ts';
import {
  account,
  collect,
  digestOf,
  emptyRegistry,
  expectRefused,
  hour,
  refusalOf,
  streamOf,
  type TestOptions,
  textOf,
  unknownDigest,
  uploadParts,
} from '../../test-support/registry.ts';
import { digestOf as digestBy } from '../digest/digest.ts';
import { defaultHasher } from '../digest/hasher.ts';
import { keys } from '../storage/keys.ts';
import type { Json } from '../storage/port.ts';

const repositoryName = 'team/web';
const anyUpload = '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9';
const MiB = 1024 * 1024;

async function open(options?: TestOptions) {
  const registry = emptyRegistry(options);
  await registry.ecr.createRepository({ repositoryName });
  return { registry, distribution: registry.distribution, at: await privateAt(registry, repositoryName) };
}

const sha512 = (text: string) => digestBy(defaultHasher, new TextEncoder().encode(text), 'sha512');

describe('a blob', () => {
  it('is put in one go and read again', async () => {
    const { distribution, at } = await open();
    const digest = await digestOf('hello');
    expect(await distribution.putBlob(at, digest, streamOf('he', 'llo'))).toEqual({ digest, size: 5 });
    const blob = await distribution.getBlob(at, digest);
    expect([blob.digest, blob.size]).toEqual([digest, 5]);
    expect(textOf(await collect(blob.read()))).toBe('hello');
    expect(textOf(await collect(blob.read({ first: 1, last: 3 })))).toBe('ell');
    expect(textOf(await collect(blob.read({ first: 3 })))).toBe('lo');
  });

  it('stays what it is, whatever its sender and its reader do to their arrays', async () => {
    const { distribution, at } = await open();
    const text = 'x'.repeat(2 * MiB);
    const chunks = [text.slice(0, 5), text.slice(5)].map((part) => new TextEncoder().encode(part));
    const digest = await digestOf(text);
    await distribution.putBlob(at, digest, {
      async *[Symbol.asyncIterator]() {
        yield* chunks;
      },
    });
    for (const chunk of chunks) chunk.fill(0);
    for await (const chunk of (await distribution.getBlob(at, digest)).read()) chunk.fill(0);
    expect(await digestOf(await collect((await distribution.getBlob(at, digest)).read({ readOnly: true })))).toBe(
      digest,
    );
  });

  it('can be empty, and addressed by sha512', async () => {
    const { distribution, at } = await open();
    for (const [text, digest] of [
      ['', await digestOf('')],
      ['', await sha512('')],
      ['x', await sha512('x')],
    ] as const) {
      expect(await distribution.putBlob(at, digest, streamOf(text))).toEqual({ digest, size: text.length });
      expect(textOf(await collect((await distribution.getBlob(at, digest)).read()))).toBe(text);
    }
  });

  it('that is put again is put, and stored once', async () => {
    const { registry, distribution, at } = await open();
    const digest = await digestOf('hello');
    for (let i = 0; i < 3; i++) await distribution.putBlob(at, digest, streamOf('hello'));
    expect((await registry.storage.contents()).pieces).toHaveLength(1);
  });

  it('of another digest is refused, and nothing of it stays', async () => {
    const { registry, distribution, at } = await open();
    for (const digest of [unknownDigest, await sha512('other')]) {
      await expectRefused(
        registry,
        () => distribution.putBlob(at, digest, streamOf('hello')),
        'InvalidLayerException',
        'None of the provided layer digests match the calculated layer digest',
      );
    }
  });

  it('whose stream breaks off is not put, and nothing of it stays', async () => {
    const { registry, distribution, at } = await open();
    const before = await registry.storage.contents();
    const broken = async function* () {
      yield new Uint8Array(9 * MiB);
      throw new Error('connection lost');
    };
    const refusal = await refusalOf(distribution.putBlob(at, unknownDigest, broken()));
    expect(refusal).toEqual({ name: 'ServerException', message: 'putBlob failed: connection lost' });
    expect(await registry.storage.contents()).toEqual(before);
  });

  it.each<[string, unknown]>([
    ['String', 'text'],
    ['ArrayBuffer', new ArrayBuffer(4)],
    ['DataView', new DataView(new ArrayBuffer(4))],
    ['Uint16Array', new Uint16Array(2)],
    ['Number', 7],
    ['Null', null],
    ['Undefined', undefined],
    ['Array', [1, 2]],
    ['Uint8Array', { [Symbol.toStringTag]: 'Uint8Array', length: 4 }],
  ])('whose chunks are not bytes (%s) is refused, and nothing of it stays', async (kind, chunk) => {
    const { registry, distribution, at } = await open();
    const content = async function* () {
      yield new Uint8Array(1);
      yield chunk as Uint8Array;
    };
    const { uploadId } = await distribution.startUpload(at);
    for (const call of [
      async () => distribution.putBlob(at, await digestOf(''), content()),
      () => distribution.appendToUpload(at, uploadId, content()),
      async () => distribution.finishUpload(at, uploadId, await digestOf(''), { content: content() }),
    ]) {
      await expectRefused(
        registry,
        call,
        'SerializationException',
        `The chunks of a blob must be Uint8Arrays, but one is of the type ${kind}: convert each chunk to a Uint8Array`,
      );
      await expect(call()).rejects.toMatchObject({
        fault: 'client',
        ociCode: 'BLOB_UPLOAD_INVALID',
      });
    }
  });

  it('has the bytes of chunks of any realm and of subclasses of Uint8Array', async () => {
    const { distribution, at } = await open();
    class Bytes extends Uint8Array {}
    const foreign: Uint8Array = runInNewContext('Uint8Array.of(98)');
    const chunks = [Bytes.of(97), foreign, Buffer.from('c'), new Uint8Array(new ArrayBuffer(8), 4, 0)];
    const digest = await digestOf('abc');
    expect((await distribution.putBlob(at, digest, streamOf(...chunks))).size).toBe(3);
  });

  it('whose repository goes meanwhile fails for that, and the first failure is told', async () => {
    const { registry, distribution, at } = await open();
    const stream = async function* () {
      await registry.ecr.deleteRepository({ repositoryName });
      yield* streamOf('hello');
    };
    expect((await refusalOf(distribution.putBlob(at, unknownDigest, stream()))).name).toBe(
      'RepositoryNotFoundException',
    );
    await registry.ecr.createRepository({ repositoryName });
    const broken = async function* () {
      await registry.ecr.deleteRepository({ repositoryName });
      yield* streamOf('');
      throw new Error('connection lost');
    };
    expect((await refusalOf(distribution.putBlob(at, unknownDigest, broken()))).message).toBe(
      'putBlob failed: connection lost',
    );
  });

  it.each(['latest', 'sha256:00', 'md5:d41d8cd98f00b204e9800998ecf8427e', `sha256:${'A'.repeat(64)}`])(
    'cannot be held against %s',
    async (digest) => {
      const { distribution, at } = await open();
      const { uploadId } = await distribution.startUpload(at);
      for (const call of [
        distribution.putBlob(at, digest, streamOf('hello')),
        distribution.finishUpload(at, uploadId, digest, { content: streamOf('hello') }),
      ]) {
        await expect(call).rejects.toMatchObject({
          name: 'InvalidParameterException',
          message: `The digest '${digest}' is invalid: write sha256:<64 lower-case hex digits> or sha512:<128 lower-case hex digits>`,
          ociCode: 'DIGEST_INVALID',
        });
      }
      await expect(distribution.getBlob(at, digest)).rejects.toMatchObject({
        ociCode: 'BLOB_UNKNOWN',
      });
    },
  );

  it('that is not there is not found', async () => {
    const { registry, distribution, at } = await open();
    await expectRefused(
      registry,
      () => distribution.getBlob(at, unknownDigest),
      'LayersNotFoundException',
      `The layer with digest '${unknownDigest}' does not exist within the repository with name '${repositoryName}' in the registry with id '${account}'`,
    );
    await registry.ecr.createRepository({ repositoryName: 'team/api' });
    const digest = await digestOf('hello');
    await distribution.putBlob(await privateAt(registry, 'team/api'), digest, streamOf('hello'));
    expect((await refusalOf(distribution.getBlob(at, digest))).name).toBe('LayersNotFoundException');
  });

  it('of which not all can be seen yet is not found, instead of being cut short', async () => {
    const { registry, distribution, at } = await open();
    const digest = await digestOf('hello');
    await distribution.putBlob(at, digest, streamOf('hello'));
    const { records } = registry.storage;
    const value = (await records.getMany([keys.blob(digest)]))[0]?.value;
    const { pieces, ...about } = value as { pieces: Json };
    const named = { key: keys.blob(digest), version: 'v2', value: { ...about, pieces: [], tables: 1 } };
    await records.commit({ put: [named] });
    expect((await refusalOf(distribution.getBlob(at, digest))).name).toBe('LayersNotFoundException');
    await records.commit({ put: [{ key: keys.blobTable(digest, 1), version: 'v1', value: { pieces } }] });
    expect(textOf(await collect((await distribution.getBlob(at, digest)).read()))).toBe('hello');
  });

  it('of many pieces is stored as such, and a range of it read from those it touches', async () => {
    const { registry, distribution, at } = await open();
    const bytes = new Uint8Array(17 * MiB);
    for (let i = 0; i < bytes.length; i += 1000) bytes[i] = (i / 1000) % 256;
    const digest = await digestOf(bytes);
    const chunks = Array.from({ length: 17 }, (_, i) => bytes.subarray(i * MiB, (i + 1) * MiB));
    await distribution.putBlob(at, digest, streamOf(...chunks));
    expect((await registry.storage.contents()).pieces).toHaveLength(3);
    const blob = await distribution.getBlob(at, digest);
    expect(await digestOf(await collect(blob.read()))).toBe(digest);
    const [first, last] = [8 * MiB - 10, 16 * MiB + 10];
    expect(await digestOf(await collect(blob.read({ first, last })))).toBe(
      await digestOf(bytes.subarray(first, last + 1)),
    );
  });

  it('of more pieces than a record holds is read whole', async () => {
    const { registry, distribution, at } = await open({
      limits: { minPartBytes: 1, private: { partsPerLayer: 4200 } },
    });
    const { uploadId } = await distribution.startUpload(at);
    let text = '';
    for (let i = 0; i < 2345; i++) {
      await distribution.appendToUpload(at, uploadId, streamOf(`${i},`));
      text += `${i},`;
    }
    const digest = await digestOf(text);
    await distribution.finishUpload(at, uploadId, digest);
    const blob = await distribution.getBlob(at, digest);
    expect(textOf(await collect(blob.read()))).toBe(text);
    expect(textOf(await collect(blob.read({ first: text.length - 5 })))).toBe('2344,');
    await expectConsistent(registry.storage);
  });
});

describe('an upload', () => {
  it('grows by streams, says its size, and is finished with or without a last one', async () => {
    for (const rest of [undefined, ' world']) {
      const { distribution, at } = await open();
      const { uploadId } = await distribution.startUpload(at);
      expect(await distribution.getUpload(at, uploadId)).toEqual({ size: 0 });
      expect(await distribution.appendToUpload(at, uploadId, streamOf('he'))).toEqual({ size: 2 });
      expect(await distribution.appendToUpload(at, uploadId, streamOf('l', 'lo'), { first: 2 })).toEqual({ size: 5 });
      expect(await distribution.getUpload(at, uploadId)).toEqual({ size: 5 });
      const digest = await digestOf(`hello${rest ?? ''}`);
      const finished = await distribution.finishUpload(
        at,
        uploadId,
        digest,
        rest === undefined ? {} : { content: streamOf(rest) },
      );
      expect(finished).toEqual({ digest, size: rest === undefined ? 5 : 11 });
    }
  });

  it('refuses content for another place, and says where it is', async () => {
    const { registry, distribution, at } = await open();
    const { uploadId } = await distribution.startUpload(at);
    await distribution.appendToUpload(at, uploadId, streamOf('hello'));
    for (const first of [0, 4, 6]) {
      await expectRefused(
        registry,
        () => distribution.appendToUpload(at, uploadId, streamOf('x'), { first }),
        'InvalidLayerPartException',
        `First byte of the layer part is ${first} instead of 5`,
        { registryId: account, repositoryName, uploadId, lastValidByteReceived: 4 },
      );
    }
  });

  it('says its true size where nothing was added', async () => {
    const { distribution, at } = await open();
    const { uploadId } = await distribution.startUpload(at);
    await distribution.appendToUpload(at, uploadId, streamOf('hello'));
    for (const first of [undefined, 5, 100]) {
      expect(await distribution.appendToUpload(at, uploadId, streamOf(''), { first })).toEqual({ size: 5 });
    }
  });

  it('keeps what came before a stream broke off, in whole pieces, and goes on from there', async () => {
    const { distribution, at } = await open();
    const { uploadId } = await distribution.startUpload(at);
    const broken = async function* () {
      yield new Uint8Array(9 * MiB);
      throw new Error('connection lost');
    };
    expect((await refusalOf(distribution.appendToUpload(at, uploadId, broken()))).message).toContain('connection lost');
    expect(await distribution.getUpload(at, uploadId)).toEqual({ size: 8 * MiB });
    await distribution.appendToUpload(at, uploadId, streamOf('end'), { first: 8 * MiB });
    const whole = new Uint8Array(8 * MiB + 3);
    whole.set(new TextEncoder().encode('end'), 8 * MiB);
    expect((await distribution.finishUpload(at, uploadId, await digestOf(whole))).size).toBe(whole.length);
  });

  it('has no smallest part', async () => {
    const { distribution, at } = await open();
    const { uploadId } = await distribution.startUpload(at);
    for (const text of ['a', 'b', 'c']) await distribution.appendToUpload(at, uploadId, streamOf(text));
    expect((await distribution.finishUpload(at, uploadId, await digestOf('abc'))).size).toBe(3);
  });

  it('stays open when its digest is another', async () => {
    const { distribution, at } = await open();
    const { uploadId } = await distribution.startUpload(at);
    await distribution.appendToUpload(at, uploadId, streamOf('hello'));
    expect((await refusalOf(distribution.finishUpload(at, uploadId, unknownDigest))).name).toBe(
      'InvalidLayerException',
    );
    expect((await distribution.finishUpload(at, uploadId, await digestOf('hello'))).size).toBe(5);
  });

  it('is unknown once finished, expired, or in another repository', async () => {
    const { registry, distribution, at } = await open();
    await registry.ecr.createRepository({ repositoryName: 'team/api' });
    const elsewhere = await privateAt(registry, 'team/api');
    const finished = (await distribution.startUpload(at)).uploadId;
    await distribution.finishUpload(at, finished, await digestOf('x'), { content: streamOf('x') });
    const expired = (await distribution.startUpload(at)).uploadId;
    const misplaced = (await distribution.startUpload(elsewhere)).uploadId;
    registry.clock.advance(24 * hour);
    for (const uploadId of [finished, expired, misplaced, anyUpload, 'x', '../x', '']) {
      const unknown = { name: 'UploadNotFoundException', ociCode: 'BLOB_UPLOAD_UNKNOWN' };
      await expect(distribution.getUpload(at, uploadId)).rejects.toMatchObject(unknown);
      await expect(distribution.appendToUpload(at, uploadId, streamOf('x'))).rejects.toMatchObject(unknown);
      await expect(distribution.finishUpload(at, uploadId, unknownDigest)).rejects.toMatchObject(unknown);
    }
  });

  it('has at most as many parts as the limits say, however it is filled, and says what to do', async () => {
    const { registry, distribution, at } = await open({ limits: { partsPerUpload: 3 } });
    const { uploadId } = await distribution.startUpload(at);
    const refused = (call: () => Promise<unknown>) =>
      expectRefused(
        registry,
        call,
        'LimitExceededException',
        `The upload with id '${uploadId}' in the repository with name '${repositoryName}' in registry with id '${account}' already has the maximum number of parts which is '3': start the upload again and send larger chunks, for example with coracle push`,
      );
    for (const text of ['a', 'b', 'c']) await distribution.appendToUpload(at, uploadId, streamOf(text));
    await refused(() => distribution.appendToUpload(at, uploadId, streamOf('d')));
    await refused(() => distribution.appendToUpload(at, uploadId, streamOf('d'), { first: 3 }));
    await refused(() => distribution.finishUpload(at, uploadId, unknownDigest, { content: streamOf('d') }));
    await expect(distribution.appendToUpload(at, uploadId, streamOf('d'))).rejects.toMatchObject({
      fault: 'client',
      ociCode: 'SIZE_INVALID',
    });
    expect(await distribution.appendToUpload(at, uploadId, streamOf(''))).toEqual({ size: 3 });
    expect((await distribution.finishUpload(at, uploadId, await digestOf('abc'))).size).toBe(3);
  });

  it('has a part for 8 MiB of a body, not for each of its chunks', async () => {
    const { distribution, at } = await open({ limits: { partsPerUpload: 2 } });
    const chunk = new Uint8Array(64 * 1024);
    const chunks = (size: number) => streamOf(...Array.from({ length: size / chunk.length }, () => chunk));
    const whole = await digestOf(new Uint8Array(16 * MiB));
    expect((await distribution.putBlob(at, whole, chunks(16 * MiB))).size).toBe(16 * MiB);
    const more = await digestOf(new Uint8Array(17 * MiB));
    expect((await refusalOf(distribution.putBlob(at, more, chunks(17 * MiB)))).name).toBe('LimitExceededException');
  });

  it('has no more parts because memory is short and pieces are small', async () => {
    const { registry, distribution, at } = await open({ limits: { partsPerUpload: 3 }, maxBufferedBytes: MiB });
    const { uploadId } = await distribution.startUpload(at);
    const bytes = new Uint8Array(8 * MiB);
    for (const size of [8 * MiB, 16 * MiB, 24 * MiB]) {
      expect(await distribution.appendToUpload(at, uploadId, streamOf(bytes))).toEqual({ size });
    }
    expect((await registry.storage.contents()).pieces.length).toBeGreaterThan(3);
    expect((await refusalOf(distribution.appendToUpload(at, uploadId, streamOf('x')))).name).toBe(
      'LimitExceededException',
    );
  });

  it('leaves to the API its own number of parts', async () => {
    const registry = emptyRegistry({ limits: { minPartBytes: 1, partsPerUpload: 1, public: { partsPerLayer: 3 } } });
    await registry.ecrPublic.createRepository({ repositoryName });
    const uploadId = await uploadParts(registry, repositoryName, ['a', 'b', 'c']);
    const part = { partFirstByte: 3, partLastByte: 3, layerPartBlob: new Uint8Array(1) };
    expect(
      (await refusalOf(registry.ecrPublic.uploadLayerPart({ repositoryName, uploadId, ...part }))).message,
    ).toContain("already has the maximum allowed number of parts which is '3'");
  });

  it('needs a repository', async () => {
    const { registry, distribution } = await open();
    const at = await privateAt(registry, 'team/ghost');
    const unknown = { name: 'RepositoryNotFoundException', ociCode: 'NAME_UNKNOWN' };
    await expect(distribution.startUpload(at)).rejects.toMatchObject(unknown);
    await expect(distribution.getBlob(at, unknownDigest)).rejects.toMatchObject(unknown);
    await expect(distribution.putBlob(at, unknownDigest, streamOf('x'))).rejects.toMatchObject(unknown);
  });
});
