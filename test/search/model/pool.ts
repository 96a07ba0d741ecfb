import { buildArtifact, buildImage, buildIndex } from '@coracle/core/testing';
import { digestOf } from '../../../packages/core/test-support/registry.ts';

/** A small world, so that random steps meet each other: few names, few tags, and images that share layers. */

const a = await buildImage({ layers: ['a', 'shared'] });
const b = await buildImage({ layers: ['b', 'shared'], format: 'docker' });
const c = await buildImage({ layers: ['c'] });
const artifact = await buildArtifact({ artifactType: 'application/x-sbom', files: ['sbom'], subject: a });
const index = await buildIndex({ images: [a, b] });
const nested = await buildIndex({ images: [index, c] });
const list = await buildIndex({ images: [b], format: 'docker' });
const noLayers = await buildImage({ layers: [] });
const tooManyLayers = await buildImage({ layers: ['a', 'shared', 'c'] });

const withoutType = JSON.stringify({ ...JSON.parse(c.manifest), mediaType: undefined });
const foreign = JSON.stringify({
  ...JSON.parse(c.manifest),
  layers: [
    {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: `sha256:${'f'.repeat(64)}`,
      size: 1000,
      urls: ['https://example.com/layer'],
    },
  ],
});

export interface PoolImage {
  readonly manifest: string;
  readonly digest: string;
  /** The blobs that must be pushed before the manifest. */
  readonly blobs: readonly number[];
}

const built = [a, b, c, artifact, index, nested, list, noLayers, tooManyLayers];
const allBlobs = new Map(built.flatMap((image) => image.blobs.map(({ digest, bytes }) => [digest as string, bytes])));

export const blobs: readonly { readonly digest: string; readonly bytes: Uint8Array }[] = [
  ...[...allBlobs].map(([digest, bytes]) => ({ digest, bytes })),
];
const blobsOf = (digests: readonly string[]) =>
  digests.map((digest) => blobs.findIndex((one) => one.digest === digest)).filter((at) => at !== -1);

const odd = [withoutType, foreign, 'no JSON', '{}', '[]'];
export const images: readonly PoolImage[] = [
  ...built.map((image) => ({
    manifest: image.manifest,
    digest: image.digest as string,
    blobs: blobsOf(image.blobs.map(({ digest }) => digest)),
  })),
  ...(await Promise.all(
    odd.map(async (manifest) => ({
      manifest,
      digest: await digestOf(manifest),
      blobs: blobsOf(c.blobs.map(({ digest }) => digest)),
    })),
  )),
];

export const names = ['team/web', 'team/api', 'a0', 'zz'] as const;
export const imageTags = ['v1', 'v2', 'latest', 'V1', '_x'] as const;
export const mediaTypes = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'text/plain',
] as const;

const statement = { Effect: 'Allow', Principal: '*', Action: ['ecr-public:PutImage', 'ecr-public:BatchDeleteImage'] };
/** Each policy, and its text when it is read back: undefined if the policy is refused. */
export const policies: readonly (readonly [text: string, printed: string | undefined])[] = [
  [
    JSON.stringify({ Version: '2008-10-17', Statement: [statement] }),
    '{\n  "Version" : "2008-10-17",\n  "Statement" : [ {\n    "Effect" : "Allow",\n    "Principal" : "*",\n' +
      '    "Action" : [ "ecr-public:PutImage", "ecr-public:BatchDeleteImage" ]\n  } ]\n}',
  ],
  [
    JSON.stringify({ Statement: { ...statement, Action: 'ecr-public:*' } }, null, 1),
    '{\n  "Statement" : {\n    "Effect" : "Allow",\n    "Principal" : "*",\n    "Action" : "ecr-public:*"\n  }\n}',
  ],
  ['', undefined],
  ['{"Statement":[]}', undefined],
];
