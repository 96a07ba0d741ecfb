import { type Address, type Engine, RegistryError } from '@coracle/core';
import { type BuiltImage, buildArtifact, buildImage, buildIndex, withTestHelpers } from '@coracle/core/testing';
import { expect } from 'vitest';
import { bytesOf, collect, defaultAlias, streamOf } from '../../../packages/core/test-support/registry.ts';

/** A step of a client. The client can repeat it if it does not know the outcome. */
export interface Step {
  run(engine: Engine): Promise<unknown>;
  /** Checks what everybody sees once the step was acknowledged, also after the steps behind it. */
  holds(engine: Engine): Promise<unknown>;
  /** Repeats the step if its first try may have been half done. By default it is `run`. */
  again?(engine: Engine): Promise<unknown>;
  /** The exception that refuses a second try if the first one was done. */
  readonly doneAlready?: string;
}

export const repositoryName = 'team/web';
export const resourceArn = `arn:aws:ecr-public::123456789012:repository/${repositoryName}`;
export const image = await buildImage({ layers: ['one', 'two'] });
export const other = await buildImage({ layers: ['one', 'three'] });
export const many = await buildImage({ layers: ['one', 'four'] });
export const signature = await buildArtifact({
  artifactType: 'text/x-signature',
  subject: image,
  // Too large for a record.
  annotations: { much: 'x'.repeat(40_000) },
});
export const index = await buildIndex({ images: [image, other] });

export const addressOf = (name = repositoryName): Address => ({
  registry: {
    kind: 'public',
    accountId: '123456789012',
    region: 'us-east-1',
    key: 'public/123456789012',
    writtenAs: defaultAlias,
  },
  name,
});

export const create = (engine: Engine) => engine.ecrPublic.createRepository({ repositoryName });
export const seed = (engine: Engine, tags: Record<string, BuiltImage>) =>
  withTestHelpers(engine).seed({
    public: { [repositoryName]: Object.entries(tags).map(([tag, one]) => ({ tags: [tag], image: one })) },
  });

async function digestAt(engine: Engine, imageTag: string): Promise<string | undefined> {
  const { imageDetails } = await engine.ecrPublic.describeImages({ repositoryName });
  return imageDetails.find(({ imageTags }) => imageTags?.includes(imageTag))?.imageDigest;
}
const isAt = async (engine: Engine, imageTag: string, digest: string | undefined) =>
  expect(await digestAt(engine, imageTag), `the image at ${imageTag}`).toBe(digest);

/** A client of the API that looks what is missing, and cuts layers into parts. With `retry`, each call gets a second try. */
export async function putLayers({ ecrPublic }: Engine, { blobs }: BuiltImage, retry: boolean): Promise<void> {
  const attempt = async <T>(
    call: () => Promise<T>,
    otherwise: (error: RegistryError) => T | Promise<T>,
  ): Promise<T> => {
    try {
      return await call();
    } catch (error) {
      if (!retry || !(error instanceof RegistryError) || error.name !== 'ServerException') throw error;
      // It may have been done all the same: then the second try is refused.
      return call().catch(otherwise);
    }
  };
  const never = (error: RegistryError): never => {
    throw error;
  };
  const layerDigests = blobs.map(({ digest }) => digest);
  const check = () => ecrPublic.batchCheckLayerAvailability({ repositoryName, layerDigests });
  const available = async () => {
    const { layers } = await attempt(check, never);
    return layers.filter((one) => one.layerAvailability === 'AVAILABLE').map((one) => one.layerDigest);
  };
  const there = await available();
  for (const { digest, bytes } of blobs.filter((one) => !there.includes(one.digest))) {
    const { uploadId } = await attempt(() => ecrPublic.initiateLayerUpload({ repositoryName }), never);
    const third = Math.ceil(bytes.length / 3);
    for (let first = 0; first < bytes.length; first += third) {
      const layerPartBlob = bytes.slice(first, first + third);
      const partLastByte = first + layerPartBlob.length - 1;
      const part = { repositoryName, uploadId, partFirstByte: first, partLastByte, layerPartBlob };
      await attempt(
        () => ecrPublic.uploadLayerPart(part),
        (refused) => {
          expect(refused).toMatchObject({
            name: 'InvalidLayerPartException',
            members: { lastValidByteReceived: partLastByte },
          });
          return { lastByteReceived: partLastByte };
        },
      );
    }
    await attempt<unknown>(
      () => ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests: [digest] }),
      async (refused) => {
        expect(refused.name).toBe('UploadNotFoundException');
        expect(await available()).toContain(digest);
      },
    );
  }
}

async function blobHolds({ distribution }: Engine, { digest, bytes }: BuiltImage['blobs'][number]): Promise<void> {
  const blob = await distribution.getBlob(addressOf(), digest);
  expect(await collect(blob.read())).toEqual(bytes);
}
export const blobsHold = (of: BuiltImage) => async (engine: Engine) => {
  for (const blob of of.blobs) await blobHolds(engine, blob);
};

export const put = (of: BuiltImage, imageTag: string): Step => ({
  run: ({ ecrPublic }) => ecrPublic.putImage({ repositoryName, imageManifest: of.manifest, imageTag }),
  holds: (engine) => isAt(engine, imageTag, of.digest),
  doneAlready: 'ImageAlreadyExistsException',
});

/** As docker pushes: a blob in two chunks, then the manifest. */
export const pushBlobs = (of: BuiltImage): Step[] =>
  of.blobs.map((blob) => ({
    run: async ({ distribution }) => {
      const at = addressOf();
      const { uploadId } = await distribution.startUpload(at);
      const half = Math.ceil(blob.bytes.length / 2);
      await distribution.appendToUpload(at, uploadId, streamOf(blob.bytes.slice(0, half)), { first: 0 });
      await distribution.finishUpload(at, uploadId, blob.digest, { content: streamOf(blob.bytes.slice(half)) });
    },
    holds: (engine) => blobHolds(engine, blob),
  }));
/** As a client that follows each location: three chunks that do not say their place. */
export const followLocations = (blob: BuiltImage['blobs'][number]): Step => ({
  run: async ({ distribution }) => {
    const at = addressOf();
    let upload: { uploadId: string; state?: string } = await distribution.startUpload(at);
    const third = Math.ceil(blob.bytes.length / 3);
    for (let first = 0; first < blob.bytes.length; first += third) {
      const { state } = await distribution.appendToUpload(at, upload, streamOf(blob.bytes.slice(first, first + third)));
      upload = { uploadId: upload.uploadId, ...(state === undefined ? {} : { state }) };
    }
    await distribution.finishUpload(at, upload, blob.digest);
  },
  holds: (engine) => blobHolds(engine, blob),
});
export const pushManifest = ({ manifest, mediaType, digest }: BuiltImage, tag?: string): Step => ({
  run: ({ distribution }) =>
    distribution.putManifest(addressOf(), tag ?? digest, { bytes: bytesOf(manifest), mediaType }),
  holds: async ({ distribution }) =>
    expect((await distribution.getManifest(addressOf(), tag ?? digest)).bytes).toEqual(bytesOf(manifest)),
});

/** Under its digest, with all of these tags at once. */
export const pushTags = (of: BuiltImage, tags: readonly string[]): Step => ({
  run: ({ distribution }) =>
    distribution.putManifest(addressOf(), of.digest, { bytes: bytesOf(of.manifest), mediaType: of.mediaType, tags }),
  holds: async (engine) => {
    for (const tag of tags) await isAt(engine, tag, of.digest);
  },
});

export const putBlobs = ({ distribution }: Engine, { blobs }: BuiltImage) =>
  Promise.all(blobs.map(({ digest, bytes }) => distribution.putBlob(addressOf(), digest, streamOf(bytes))));

export const referrersOf = async ({ distribution }: Engine, of: BuiltImage): Promise<readonly string[]> => {
  const pages = await Promise.all(
    [{}, { artifactType: 'text/x-signature' }].map((page) => distribution.getReferrers(addressOf(), of.digest, page)),
  );
  const [all = [], typed = []] = pages.map(({ referrers }) => referrers.map((one) => one.annotations?.['much'] ?? ''));
  expect(typed).toEqual(all);
  return all;
};
export const sign: Step = {
  ...pushManifest(signature),
  holds: async (engine) => expect(await referrersOf(engine, image)).toEqual(['x'.repeat(40_000)]),
};

type ImageId = { imageDigest?: string; imageTag?: string };
const batchDelete = async ({ ecrPublic }: Engine, imageIds: ImageId[]) => {
  const { failures } = await ecrPublic.batchDeleteImage({ repositoryName, imageIds });
  expect(failures.filter(({ failureCode }) => failureCode !== 'ImageNotFound')).toEqual([]);
};
export const remove = (imageIds: ImageId[], gone: BuiltImage): Step => ({
  run: (engine) => batchDelete(engine, imageIds),
  // Its tags go first: a deletion that broke off may have left the image without any.
  again: (engine) => batchDelete(engine, [{ imageDigest: gone.digest }]),
  holds: async ({ ecrPublic }) => {
    const { imageDetails } = await ecrPublic.describeImages({ repositoryName });
    expect(imageDetails.map(({ imageDigest }) => imageDigest)).not.toContain(gone.digest);
  },
});

export const logoAt = async ({ ecrPublic, distribution }: Engine): Promise<Uint8Array | undefined> => {
  const { catalogData } = await ecrPublic.getRepositoryCatalogData({ repositoryName });
  const id = catalogData.logoUrl?.split('/').at(-1)?.replace('.png', '');
  return id === undefined ? undefined : distribution.getLogo(id);
};
export const describe = async ({ ecrPublic }: Engine) =>
  (await ecrPublic.getRepositoryCatalogData({ repositoryName })).catalogData.description;
