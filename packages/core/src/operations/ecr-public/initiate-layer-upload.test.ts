import { describe, expect, it } from 'vitest';
import { account, bytesOf, emptyRegistry, registryWith } from '../../../test-support/registry.ts';
import { itConcernsARepository, itWorksElsewhere, type RepositoryCall } from '../../../test-support/rules.ts';

const call: RepositoryCall = ({ ecrPublic }, target, options) => ecrPublic.initiateLayerUpload(target, options);

describe('InitiateLayerUpload', () => {
  itConcernsARepository(call, { takesAliases: true, knowsRegistries: true });
  itWorksElsewhere(call);

  it('answers with an upload id in the layout of a UUID and advises parts of 10 MiB, and nothing else', async () => {
    const { ecrPublic } = await registryWith(['team/web'], { ids: () => '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9' });
    expect(await ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' })).toEqual({
      uploadId: '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9',
      partSize: 10_485_760,
    });
  });

  it('advises the part size that the limits say', async () => {
    const { ecrPublic } = await registryWith(['team/web'], { limits: { advisedPartBytes: 5_242_880 } });
    expect((await ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' })).partSize).toBe(5_242_880);
  });

  it('starts an upload of its own each time', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    const uploads = [0, 1].map(() => ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' }));
    const [one, two] = (await Promise.all(uploads)).map(({ uploadId }) => uploadId);
    expect(one).not.toBe(two);
    for (const uploadId of [one ?? '', two ?? '']) {
      const part = { uploadId, partFirstByte: 0, partLastByte: 3, layerPartBlob: bytesOf('four') };
      expect((await ecrPublic.uploadLayerPart({ repositoryName: 'team/web', ...part })).lastByteReceived).toBe(3);
    }
  });

  it('makes random ids where none are given to the engine', async () => {
    const { engine, ecrPublic } = emptyRegistry({ ids: () => crypto.randomUUID() });
    await engine.seed({ public: { 'team/web': [] } });
    const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName: 'team/web', registryId: account });
    expect(uploadId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/);
  });

  it('changes nothing that other operations show', async () => {
    const { ecrPublic } = await registryWith(['team/web']);
    await ecrPublic.initiateLayerUpload({ repositoryName: 'team/web' });
    expect(await ecrPublic.describeImages({ repositoryName: 'team/web' })).toEqual({ imageDetails: [] });
    await ecrPublic.deleteRepository({ repositoryName: 'team/web' });
  });
});
