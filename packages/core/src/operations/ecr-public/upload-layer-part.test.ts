import { describe, expect, it } from 'vitest';
import {
  account,
  bytesOf,
  collect,
  digestOf,
  expectInvalid,
  expectRefused,
  hour,
  registryWith,
  repositoryMissing,
  type TestRegistry,
  textOf,
  unknownDigest,
  uploadParts,
} from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const repositoryName = 'team/web';
const anyUpload = '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9';
const MiB = 1024 * 1024;

const call: RepositoryCall = ({ ecrPublic }, target, options) =>
  ecrPublic.uploadLayerPart(
    { ...target, uploadId: anyUpload, partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') },
    options,
  );

async function started(options?: Parameters<typeof registryWith>[1]) {
  const registry = await registryWith([repositoryName], options);
  const uploadId = await uploadParts(registry, repositoryName, []);
  return { registry, uploadId };
}

const put = (
  { ecrPublic }: TestRegistry,
  uploadId: string,
  partFirstByte: number,
  content: string | Uint8Array,
  partLastByte = partFirstByte + content.length - 1,
) =>
  ecrPublic.uploadLayerPart({
    repositoryName,
    uploadId,
    partFirstByte,
    partLastByte,
    layerPartBlob: typeof content === 'string' ? bytesOf(content) : content,
  });

const complete = ({ ecrPublic }: TestRegistry, uploadId: string) =>
  ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: ['any:0'] });

const uploadMissing = (uploadId: string, name = repositoryName, registryId = account) =>
  `The upload with id '${uploadId}' in the repository with name '${name}' in registry with id '${registryId}' does not exist`;

const partRefused = (
  registry: TestRegistry,
  uploadId: string,
  refused: () => Promise<unknown>,
  message: string,
  last: number,
) =>
  expectRefused(registry, refused, 'InvalidLayerPartException', message, {
    registryId: account,
    repositoryName,
    uploadId,
    lastValidByteReceived: last,
  });
const wrongSize = 'Layer part size does not match the specified byte range';

describe('UploadLayerPart', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: true });
  itWorksElsewhere(call);

  it('answers with the last byte that is stored', async () => {
    const { registry, uploadId } = await started();
    expect(await put(registry, uploadId, 0, 'four')).toEqual({
      registryId: account,
      repositoryName,
      uploadId,
      lastByteReceived: 3,
    });
    expect((await put(registry, uploadId, 4, 'more')).lastByteReceived).toBe(7);
  });

  it("finds the upload by the registry's alias, and answers with its account", async () => {
    const { registry, uploadId } = await started({ registryAlias: 'acme' });
    const part = { partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') };
    expect(await registry.ecrPublic.uploadLayerPart({ registryId: 'acme', repositoryName, uploadId, ...part })).toEqual(
      {
        registryId: account,
        repositoryName,
        uploadId,
        lastByteReceived: 3,
      },
    );
    await expectRefused(
      registry,
      () => registry.ecrPublic.uploadLayerPart({ registryId: 'acme', repositoryName, uploadId, ...part }),
      'InvalidLayerPartException',
      'First byte of the layer part is 0 instead of 4',
      { registryId: account, repositoryName, uploadId, lastValidByteReceived: 3 },
    );
  });

  it('keeps the exact bytes, in the order of the parts', async () => {
    const { registry, uploadId } = await started();
    const parts = ['a', 'bc', 'def'];
    for (const [i, part] of parts.entries()) await put(registry, uploadId, [0, 1, 3][i] ?? 0, part);
    const { size } = await registry.distribution.finishUpload(
      await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`),
      uploadId,
      await digestOf('abcdef'),
    );
    expect(size).toBe(6);
  });

  it('takes any view of bytes as what it shows', async () => {
    const { registry, uploadId } = await started();
    const view = bytesOf('__four__').subarray(2, 6);
    await put(registry, uploadId, 0, view);
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf('four'));
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    const blob = await registry.distribution.getBlob(at, await digestOf('four'));
    expect(textOf(await collect(blob.read()))).toBe('four');
  });

  it('keeps what came, whatever becomes of the array that it came in', async () => {
    const { registry, uploadId } = await started();
    const part = bytesOf('four');
    await put(registry, uploadId, 0, part);
    part.fill(0);
    const digest = await digestOf('four');
    expect((await complete(registry, uploadId)).layerDigest).toBe(digest);
    const at = await registry.distribution.locate('public.ecr.aws', `xqj38ptr/${repositoryName}`);
    expect(textOf(await collect((await registry.distribution.getBlob(at, digest)).read()))).toBe('four');
  });

  it.each([
    ['a gap', 5, 'four', 4],
    ['an overlap', 2, 'four', 4],
    ['a part sent again', 0, 'four', 4],
  ])('refuses %s, says what it has, and goes on with the right part', async (_, first, content, expected) => {
    const { registry, uploadId } = await started({ limits: { minPartBytes: 1 } });
    await put(registry, uploadId, 0, 'four');
    await partRefused(
      registry,
      uploadId,
      () => put(registry, uploadId, first, content),
      `First byte of the layer part is ${first} instead of ${expected}`,
      3,
    );
    expect((await put(registry, uploadId, 4, 'more')).lastByteReceived).toBe(7);
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf('fourmore'));
  });

  it('refuses a first part that does not start at 0, with 0 as the last valid byte', async () => {
    const { registry, uploadId } = await started();
    await partRefused(
      registry,
      uploadId,
      () => put(registry, uploadId, 4, 'four'),
      'First byte of the layer part is 4 instead of 0',
      0,
    );
  });

  it.each([
    ['longer', 4, 8, 'more'],
    ['shorter', 4, 6, 'more'],
    ['backwards', 4, 3, 'more'],
    ['empty', 4, 3, ''],
    ['empty, of one byte', 4, 4, ''],
  ])('refuses a range that is %s than its bytes, whatever comes first', async (_, first, last, content) => {
    const { registry, uploadId } = await started();
    await put(registry, uploadId, 0, 'four');
    await partRefused(registry, uploadId, () => put(registry, uploadId, first, content, last), wrongSize, 3);
    expect((await put(registry, uploadId, 4, 'more')).lastByteReceived).toBe(7);
  });

  it('takes parts of 20 MiB, which is more than it advises', async () => {
    const { registry, uploadId } = await started();
    const part = new Uint8Array(20 * MiB).fill(7);
    expect((await put(registry, uploadId, 0, part)).lastByteReceived).toBe(20 * MiB - 1);
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf(part));
  });

  it('refuses a part of one byte more', async () => {
    const { registry, uploadId } = await started();
    await expectInvalid(
      registry,
      () => put(registry, uploadId, 0, new Uint8Array(20 * MiB + 1)),
      'layerPartBlob',
      'Member must have length less than or equal to 20971520',
    );
  });

  it('does not mind small parts: that is for CompleteLayerUpload to say', async () => {
    const { registry } = await started();
    await uploadParts(registry, repositoryName, ['a', 'b', 'c']);
  });

  describe('the upload', () => {
    it('must be one that was started', async () => {
      const { registry } = await started();
      await expectRefused(
        registry,
        () => put(registry, anyUpload, 0, 'four'),
        'UploadNotFoundException',
        uploadMissing(anyUpload),
      );
    });

    it('is found by nothing but its exact id', async () => {
      const { registry } = await started({ ids: () => 'abcdefab-9378-4e33-8ab1-b780fab8a9e9' });
      const other = 'ABCDEFAB-9378-4E33-8AB1-B780FAB8A9E9';
      await expectRefused(
        registry,
        () => put(registry, other, 0, 'four'),
        'UploadNotFoundException',
        uploadMissing(other),
      );
    });

    it('must have an id of the right form', async () => {
      const { registry } = await started();
      await expectInvalid(
        registry,
        () => put(registry, 'no-upload', 0, 'four'),
        'uploadId',
        'Member must satisfy regular expression pattern: [0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}',
      );
    });

    it('belongs to its repository', async () => {
      const { registry, uploadId } = await started();
      await registry.ecrPublic.createRepository({ repositoryName: 'team/api' });
      const part = { partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') };
      await expectRefused(
        registry,
        () => registry.ecrPublic.uploadLayerPart({ repositoryName: 'team/api', uploadId, ...part }),
        'UploadNotFoundException',
        uploadMissing(uploadId, 'team/api'),
      );
    });

    it('is gone once it is completed', async () => {
      const { registry, uploadId } = await started();
      await put(registry, uploadId, 0, 'four');
      await complete(registry, uploadId);
      await expectRefused(
        registry,
        () => put(registry, uploadId, 4, 'more'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('expires a day after it was started', async () => {
      const { registry, uploadId } = await started({ limits: { uploadIdleTime: 24 * hour } });
      registry.clock.advance(24 * hour - 1);
      await put(registry, uploadId, 0, 'four');
      registry.clock.advance(1);
      await expectRefused(
        registry,
        () => put(registry, uploadId, 4, 'more'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('expires when it has stored nothing for an hour', async () => {
      const { registry, uploadId } = await started();
      registry.clock.advance(hour - 1);
      await put(registry, uploadId, 0, 'four');
      registry.clock.advance(hour - 1);
      await put(registry, uploadId, 4, 'more');
      registry.clock.advance(hour);
      await expectRefused(
        registry,
        () => put(registry, uploadId, 8, 'last'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('expires as the limits say', async () => {
      const { registry, uploadId } = await started({ limits: { uploadLifetime: hour } });
      registry.clock.advance(hour);
      await expectRefused(
        registry,
        () => put(registry, uploadId, 0, 'four'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('goes with its repository', async () => {
      const { registry, uploadId } = await started();
      await put(registry, uploadId, 0, 'four');
      await registry.ecrPublic.deleteRepository({ repositoryName });
      await expectRefused(
        registry,
        () => put(registry, uploadId, 4, 'more'),
        'RepositoryNotFoundException',
        repositoryMissing(repositoryName),
      );
      await registry.ecrPublic.createRepository({ repositoryName });
      await expectRefused(
        registry,
        () => put(registry, uploadId, 4, 'more'),
        'UploadNotFoundException',
        uploadMissing(uploadId),
      );
    });

    it('prints the alias by which the registry was named', async () => {
      const { registry } = await started({ registryAlias: 'acme' });
      await expectRefused(
        registry,
        () => call(registry, { repositoryName, registryId: 'acme' }),
        'UploadNotFoundException',
        uploadMissing(anyUpload, repositoryName, 'acme'),
      );
    });
  });

  it('refuses one part too many, after one in the wrong place', async () => {
    const { registry, uploadId } = await started({ limits: { public: { partsPerLayer: 2 } } });
    await put(registry, uploadId, 0, 'a');
    await put(registry, uploadId, 1, 'b');
    await partRefused(
      registry,
      uploadId,
      () => put(registry, uploadId, 1, 'b'),
      'First byte of the layer part is 1 instead of 2',
      1,
    );
    await expectRefused(
      registry,
      () => put(registry, uploadId, 2, 'c'),
      'LimitExceededException',
      `The upload with id '${uploadId}' in the repository with name '${repositoryName}' in registry with id '${account}' already has the maximum allowed number of parts which is '2'`,
    );
  });

  it('takes one of two equal parts that come at once, and refuses the other', async () => {
    const { registry, uploadId } = await started();
    const outcomes = await Promise.allSettled([put(registry, uploadId, 0, 'four'), put(registry, uploadId, 0, 'FOUR')]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const won = outcomes[0]?.status === 'fulfilled' ? 'four' : 'FOUR';
    const { pieces } = await registry.storage.contents();
    expect(pieces).toHaveLength(1);
    expect((await complete(registry, uploadId)).layerDigest).toBe(await digestOf(won));
  });

  it('does not make a layer', async () => {
    const { registry, uploadId } = await started();
    await put(registry, uploadId, 0, 'four');
    const layerDigests = [await digestOf('four'), unknownDigest];
    const { layers } = await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName, layerDigests });
    expect(layers.map(({ layerAvailability }) => layerAvailability)).toEqual(['UNAVAILABLE', 'UNAVAILABLE']);
  });

  it.each(['uploadId', 'partFirstByte', 'partLastByte', 'layerPartBlob'])('needs %s', async (member) => {
    const { registry, uploadId } = await started();
    const input: Record<string, unknown> = {
      repositoryName,
      uploadId,
      partFirstByte: 0,
      partLastByte: 3,
      layerPartBlob: bytesOf('four'),
    };
    delete input[member];
    await expectInvalid(
      registry,
      () => registry.engine.invoke('ecr-public', 'UploadLayerPart', input),
      member,
      'Member must not be null',
    );
  });
});
