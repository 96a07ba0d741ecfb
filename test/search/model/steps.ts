import * as fc from 'fast-check';
import { blobs, images, imageTags, mediaTypes, names, policies } from './pool.ts';

/** One step of a sequence, as plain data: uploads and tokens are named by their position, so that shrinking works. */
export type Step =
  | { readonly kind: 'call'; readonly operation: string; readonly input: object }
  | { readonly kind: 'advance'; readonly by: number }
  | { readonly kind: 'initiate'; readonly name: string }
  | {
      readonly kind: 'part';
      /** Another repository than the upload's own. */
      readonly stray: string | undefined;
      readonly upload: number;
      readonly blob: number;
      readonly length: number;
      readonly skip: number;
      readonly more: number;
    }
  | {
      readonly kind: 'complete';
      readonly stray: string | undefined;
      readonly upload: number;
      readonly digests: readonly string[];
    }
  | { readonly kind: 'layers' | 'push'; readonly name: string; readonly image: number; readonly tag?: string }
  | { readonly kind: 'page'; readonly operation: string; readonly input: object; readonly token?: number }
  | { readonly kind: 'putBlob'; readonly name: string; readonly blob: number; readonly digest: number }
  | { readonly kind: 'putManifest'; readonly name: string; readonly image: number; readonly tag?: string }
  | { readonly kind: 'getManifest'; readonly name: string; readonly reference: string }
  | { readonly kind: 'getTags'; readonly name: string; readonly most?: number; readonly last?: string };

const optional: { requiredKeys: [] } = { requiredKeys: [] };
const often = <T>(usual: fc.Arbitrary<T>, rare: fc.Arbitrary<T>, weight = 7): fc.Arbitrary<T> =>
  fc.oneof({ weight, arbitrary: usual }, { weight: 1, arbitrary: rare });
// Most steps meet in the first repository.
const name = often(fc.constant<string>(names[0]), fc.constantFrom<string>(...names), 3);
const repositoryName = name;
const stray = often(fc.constant(undefined), name);
const tag = fc.constantFrom(...imageTags);
// The first seven can be pushed.
const image = often(fc.nat(6), fc.nat(images.length - 1));
const blob = fc.nat(blobs.length - 1);
const digest = often(
  fc.constantFrom(...images.slice(0, 7).map((one) => one.digest)),
  fc.constant(`sha256:${'0'.repeat(64)}`),
);
const blobDigest = fc.constantFrom(...blobs.map((one) => one.digest));
// The form that CompleteLayerUpload asks for, but of no layer.
const otherDigest = fc.constantFrom('md5:0123', 'sha256:00', `sha256:${'A'.repeat(64)}`);
const oddDigest = fc.constantFrom('', 'sha256:', 'none', 'md5:0123', 'sha256:XYZ', `sha256:${'A'.repeat(64)}`);

const call = (operation: string, input: fc.Arbitrary<object>): fc.Arbitrary<Step> =>
  input.map((made) => ({ kind: 'call', operation, input: made }));

const resourceTags = fc.array(
  fc.record(
    {
      Key: often(fc.constantFrom('a', 'b', 'Ä 1', 'c', 'd'), fc.constantFrom('aws:x', '<', undefined), 12),
      Value: often(fc.constantFrom('', '1', '2'), fc.constantFrom('AWS:y', undefined), 12),
    },
    { noNullPrototype: true },
  ),
  { maxLength: 4 },
);
const catalogData = fc.record(
  {
    description: fc.constantFrom('', 'one', 'two'),
    architectures: fc.subarray(['x86', 'ARM 64']),
    aboutText: fc.constant('text'),
    logoImageBlob: fc.constantFrom(Uint8Array.of(1), Uint8Array.of(2, 3)),
  },
  { ...optional, noNullPrototype: true },
);
const resourceArn = fc.oneof(
  { weight: 5, arbitrary: name.map((one) => `arn:aws:ecr-public::123456789012:repository/${one}`) },
  { weight: 1, arbitrary: fc.constantFrom('arn', 'arn:aws:ecr:us-east-1:123456789012:repository/a0') },
);
const wellFormedId = fc.record({ imageDigest: digest, imageTag: tag }, { ...optional, noNullPrototype: true });
// The services' own clients may repeat an id, and may send invalid ids.
const deletionId = fc.oneof(
  { weight: 6, arbitrary: fc.oneof(fc.record({ imageTag: tag }), fc.record({ imageDigest: digest }), wellFormedId) },
  { weight: 1, arbitrary: fc.record({ imageDigest: fc.constantFrom('', 'none', 'sha256:') }) },
  { weight: 1, arbitrary: fc.record({ imageTag: fc.constantFrom('a/b', 'ä') }) },
);
const maxResults = fc.integer({ min: 1, max: 3 });
const page = (operation: string, input: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Step> =>
  fc
    .tuple(
      fc.record({ ...input, maxResults }, { noNullPrototype: true, requiredKeys: Object.keys(input) as never[] }),
      fc.option(fc.nat(5), { nil: undefined }),
    )
    .map(([made, token]) => ({ kind: 'page', operation, input: made, ...(token === undefined ? {} : { token }) }));

const weighted: readonly (readonly [number, fc.Arbitrary<Step>])[] = [
  [3, call('createRepository', fc.record({ repositoryName: fc.constantFrom(...names) }))],
  [
    2,
    call(
      'createRepository',
      fc.record({ repositoryName, tags: resourceTags, catalogData }, { requiredKeys: ['repositoryName'] }),
    ),
  ],
  [1, call('deleteRepository', fc.record({ repositoryName, force: fc.boolean() }))],
  [2, fc.constantFrom(0, 1, 999, 60_000, 3_599_999, 3_600_000).map((by): Step => ({ kind: 'advance', by }))],
  [3, name.map((one): Step => ({ kind: 'initiate', name: one }))],
  [
    4,
    fc.record({
      kind: fc.constant('part' as const),
      stray,
      upload: often(fc.constant(0), fc.nat(3), 2),
      blob,
      length: fc.constantFrom(0, 3, 4, 4, 5, 5, 100_000),
      skip: often(fc.constant(0), fc.constantFrom(1, 5, -1)),
      more: often(fc.constant(0), fc.constantFrom(1, -1)),
    }),
  ],
  [
    3,
    fc.record({
      kind: fc.constant('complete' as const),
      stray,
      upload: often(fc.constant(0), fc.nat(3), 2),
      digests: often(
        fc.constant<string[]>(['right']),
        fc.array(fc.oneof(blobDigest, otherDigest, fc.constant('right')), { minLength: 1, maxLength: 3 }),
        2,
      ),
    }),
  ],
  [2, call('batchCheckLayerAvailability', layersInput())],
  [6, fc.record({ kind: fc.constant('layers' as const), name, image })],
  [
    12,
    fc.record({ kind: fc.constant('push' as const), name, image, tag }, { requiredKeys: ['kind', 'name', 'image'] }),
  ],
  [
    6,
    call(
      'putImage',
      fc
        .record({
          repositoryName,
          image,
          imageTag: often(tag, fc.constant(undefined)),
          imageDigest: often(fc.constant(undefined), digest),
          imageManifestMediaType: often(fc.constant(undefined), fc.constantFrom(...mediaTypes)),
        })
        .map(({ image: at, ...rest }) => ({ ...rest, imageManifest: images[at]!.manifest })),
    ),
  ],
  [
    6,
    call(
      'batchDeleteImage',
      fc.record({ repositoryName, imageIds: fc.array(deletionId, { minLength: 1, maxLength: 4 }) }),
    ),
  ],
  [
    2,
    call(
      'describeImages',
      fc.record({ repositoryName, imageIds: fc.array(wellFormedId, { minLength: 1, maxLength: 3 }) }),
    ),
  ],
  [4, page('describeImages', { repositoryName })],
  [4, page('describeImageTags', { repositoryName })],
  [2, page('describeRepositories', {})],
  [1, call('describeRepositories', fc.record({ repositoryNames: fc.array(name, { minLength: 1, maxLength: 3 }) }))],
  [1, call('describeRegistries', fc.constant({}))],
  [
    2,
    call(
      'setRepositoryPolicy',
      fc.record({ repositoryName, policyText: fc.constantFrom(...policies.map(([text]) => text)) }),
    ),
  ],
  [1, call('getRepositoryPolicy', fc.record({ repositoryName }))],
  [1, call('deleteRepositoryPolicy', fc.record({ repositoryName }))],
  [2, call('tagResource', fc.record({ resourceArn, tags: resourceTags }))],
  [1, call('untagResource', fc.record({ resourceArn, tagKeys: fc.subarray(['a', 'b', 'none']) }))],
  [1, call('listTagsForResource', fc.record({ resourceArn }))],
  [2, call('putRepositoryCatalogData', fc.record({ repositoryName, catalogData }))],
  [1, call('getRepositoryCatalogData', fc.record({ repositoryName }))],
  [1, call('putRegistryCatalogData', fc.record({ displayName: fc.constantFrom('', 'Acme') }, optional))],
  [1, call('getRegistryCatalogData', fc.constant({}))],
  [2, fc.record({ kind: fc.constant('putBlob' as const), name, blob, digest: blob })],
  [
    3,
    fc.record(
      { kind: fc.constant('putManifest' as const), name, image, tag },
      { requiredKeys: ['kind', 'name', 'image'] },
    ),
  ],
  [1, fc.record({ kind: fc.constant('getManifest' as const), name, reference: fc.oneof(tag, digest) })],
  [
    1,
    fc.record(
      { kind: fc.constant('getTags' as const), name, most: fc.nat(3), last: tag },
      { requiredKeys: ['kind', 'name'] },
    ),
  ],
];

function layersInput(): fc.Arbitrary<object> {
  return fc.record({
    repositoryName,
    layerDigests: fc.array(fc.oneof(blobDigest, oddDigest), { minLength: 1, maxLength: 4 }),
  });
}

/** The first steps of sequences. Most interesting cases need a repository with something in it. */
const beginnings: readonly (readonly Step[])[] = [
  [],
  [{ kind: 'call', operation: 'createRepository', input: { repositoryName: names[0] } }],
  [
    { kind: 'call', operation: 'createRepository', input: { repositoryName: names[0] } },
    ...[0, 1].map((at): Step => ({ kind: 'push', name: names[0], image: at, tag: imageTags[at] ?? '' })),
    { kind: 'push', name: names[0], image: 4, tag: 'latest' },
  ],
];

export const sequence: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    fc.constantFrom(0, 1, 1, 2, 2),
    fc.array(fc.oneof(...weighted.map(([weight, arbitrary]) => ({ weight, arbitrary }))), {
      minLength: 1,
      maxLength: 60,
      size: 'max',
    }),
  )
  .map(([at, steps]) => [...(beginnings[at] ?? []), ...steps]);
