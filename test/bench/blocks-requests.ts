import { createHash } from 'node:crypto';
import { ecr, ecrPublic, operationNames, type Service } from '@coracle/core';
import { targetOf } from '@coracle/registry/fetch-handler';
import { alias, big, imageCount, subject, tagsPerImage } from './blocks-state.ts';

/** Requests that cost as much as one request can. */
export interface Heavy {
  readonly what: string;
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array | string;
  /** It changes the state, so that it is only sent once. */
  readonly once?: true;
}

const MiB = 1024 * 1024;
const KiB = 1024;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const digestOf = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;
const repeated = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);

const call = ({ name }: Service, operation: string, what: string, body: string): Heavy => ({
  what: `${operation} with ${what}`,
  method: 'POST',
  path: '/',
  headers: { 'x-amz-target': targetOf(name, operation), 'content-type': 'application/x-amz-json-1.1' },
  body,
});

/** Just under the limits of bodies and of values. */
const most = 250 * KiB;
const mostValues = 19_990;

/** Makes requests for every operation, with the largest inputs that mean nothing. */
export function everyOperation(): Heavy[] {
  const lists = ['imageIds', 'layerDigests', 'repositoryNames', 'registryIds', 'tags', 'tagKeys', 'acceptedMediaTypes'];
  const texts = ['repositoryName', 'nextToken', 'uploadId', 'registryId', 'policyText', 'resourceArn', 'imageManifest'];
  const shapes: [what: string, body: unknown][] = [
    ['an unknown list', { unknown: repeated(mostValues, 0) }],
    ...lists.map((name): [string, unknown] => [`${name} of empty objects`, { [name]: repeated(mostValues, {}) }]),
    ...lists.map((name): [string, unknown] => [`${name} of texts`, { [name]: repeated(mostValues, 'a/b') }]),
    ...texts.flatMap((name) =>
      ['a', '/', 'a-', 'é'].map((one): [string, unknown] => [
        `${name} of "${one}"s`,
        { repositoryName: 'web', [name]: one.repeat(most / Buffer.byteLength(one)) },
      ]),
    ),
  ];
  const bodies = shapes.map(([what, value]) => [what, JSON.stringify(value)] as const);
  return [ecrPublic, ecr].flatMap((service: Service) =>
    operationNames(service).flatMap((operation) => bodies.map(([what, body]) => call(service, operation, what, body))),
  );
}

/** Calls of which each single one has much to do. */
export function heavyCalls(): Heavy[] {
  const policy = (statement: unknown, count: number) =>
    JSON.stringify({ repositoryName: 'web', policyText: JSON.stringify({ Statement: repeated(count, statement) }) });
  const tags = repeated(100, 0).map((_, n) => ({ imageTag: `t${n}-0` }));
  const publicly = (operation: string, what: string, input: unknown) =>
    call(ecrPublic, operation, what, JSON.stringify(input));
  return [
    publicly('DescribeImages', '1,000 images of 1,000 tags', { repositoryName: big, maxResults: 1000 }),
    publicly('DescribeImages', '100 tags', { repositoryName: big, imageIds: tags }),
    publicly('DescribeImageTags', 'a page of 1,000', { repositoryName: big, maxResults: 1000 }),
    publicly('DescribeImages', '1,000 referrers', { repositoryName: 'referrers', maxResults: 1000 }),
    call(ecrPublic, 'SetRepositoryPolicy', 'statements', policy({ Effect: 'Allow', Principal: '*', Action: '*' }, 190)),
    call(ecrPublic, 'SetRepositoryPolicy', 'empty statements', policy({}, 3000)),
    publicly('PutRepositoryCatalogData', 'a logo of 500 kB', {
      repositoryName: 'web',
      catalogData: { logoImageBlob: 'iVBORw0KGgo'.padEnd(680_000, 'A') },
    }),
    publicly('BatchDeleteImage', '100 tags', { repositoryName: big, imageIds: tags }),
    {
      ...publicly('BatchDeleteImage', '100 images of 1,000 tags', {
        repositoryName: big,
        imageIds: digestsOfBig(100),
      }),
      once: true,
    },
  ];
}

const emptyConfig = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf('{}'), size: 2 };

/** As the server has filled it. */
const digestsOfBig = (count: number) =>
  repeated(count, 0).map((_, n) => {
    const annotations = { n: `${imageCount - 1 - n}` };
    const manifest = { schemaVersion: 2, mediaType: manifestType, config: emptyConfig, layers: [], annotations };
    return { imageDigest: digestOf(JSON.stringify(manifest)) };
  });

const image = { schemaVersion: 2, mediaType: manifestType, config: emptyConfig, layers: [] };
const put = (
  what: string,
  manifest: unknown,
  mediaType = manifestType,
  query = '',
): Heavy & { readonly body: string } => {
  const body = typeof manifest === 'string' ? manifest : JSON.stringify(manifest);
  return {
    what: `the push of ${what}`,
    method: 'PUT',
    path: `/v2/${alias}/web/manifests/${query === '' ? 'heavy' : digestOf(body)}${query}`,
    headers: { 'content-type': mediaType },
    body,
  };
};

/** Requests to `/v2/` of whatever was stored. */
export function heavyReads(): Heavy[] {
  const last = `t${imageCount / 2}-${tagsPerImage / 2}`;
  return [
    { what: 'a list of a million tags', path: `/v2/${alias}/${big}/tags/list` },
    { what: 'a list of the tags of its second half', path: `/v2/${alias}/${big}/tags/list?n=1000000&last=${last}` },
    { what: 'a list of 100,000 referrers', path: `/v2/${alias}/referrers/referrers/${subject}` },
    { what: 'a list by artifact type', path: `/v2/${alias}/referrers/referrers/${subject}?artifactType=a%2Fb` },
    { what: 'a list by a type that none has', path: `/v2/${alias}/referrers/referrers/${subject}?artifactType=b%2Fb` },
    { what: 'the manifest of a tag', path: `/v2/${alias}/${big}/manifests/${last}` },
    { what: 'a token with a form of 64 KiB', method: 'POST', path: '/token', body: 'scope=a&'.repeat(8 * KiB) },
    { what: 'a token for 15 KiB of scopes', path: `/token?${'scope=a:b:c&'.repeat(1250)}` },
    { what: 'credentials of 15 KiB', path: '/v2/', headers: { authorization: `Basic ${'A'.repeat(15 * KiB)}` } },
    { what: 'a signature of 15 KiB', path: '/', headers: { authorization: `AWS4-HMAC-SHA256 ${'a=b,'.repeat(3800)}` } },
    { what: 'a path of 15 KiB', path: `/v2/${'a/'.repeat(7500)}tags/list` },
    { what: 'a query of 15 KiB', path: `/v2/${alias}/web/tags/list?${'n=1&'.repeat(3700)}` },
    { what: 'the deletion of an image of 1,000 tags', method: 'DELETE', path: manifestOfBig(200), once: true },
  ];
}

const manifestOfBig = (nth: number): string =>
  `/v2/${alias}/${big}/manifests/${digestsOfBig(nth + 1)[nth]?.imageDigest ?? ''}`;

/** Manifests of 4 MiB of what a manifest is made of, and pushes of many tags. */
export function heavyPushes(): Heavy[] {
  const descriptor = (n: number) => ({
    mediaType: manifestType,
    digest: digestOf(`${n}`),
    size: 1000,
    platform: { architecture: 'amd64', os: 'linux' },
  });
  const tags = `?${repeated(50, 0)
    .map((_, n) => `tag=h${n}`)
    .join('&')}`;
  return [
    put('an image under 50 tags', image, manifestType, tags),
    put('a text of 4 MiB', { ...image, annotations: { a: 'x'.repeat(4 * MiB - 1000) } }),
    put(
      'a list of 20,000 descriptors',
      {
        schemaVersion: 2,
        mediaType: indexType,
        manifests: repeated(18_000, 0).map((_, n) => descriptor(n)),
      },
      indexType,
    ),
    put('an image of 20,000 layers', { ...image, layers: repeated(20_000, 0).map((_, n) => descriptor(n)) }),
    put('an image that nests 63 deep', {
      ...image,
      annotations: JSON.parse(`${'{"a":'.repeat(60)}1${'}'.repeat(60)}`) as unknown,
    }),
    put('an unknown list of 249,900 numbers', { ...image, unknown: repeated(249_900, 0) }),
  ];
}

/** V8 itself takes more than linear time for so many names, so this request is compared with JSON.parse of its body. */
export const manyNames = put('an image of 249,900 annotations', {
  ...image,
  annotations: Object.fromEntries(repeated(249_900, 0).map((_, n) => [n.toString(36).padStart(5, '0'), ''])) as unknown,
});

/**
 * Makes requests whose bodies are only decoded, hashed and stored. Their cost is in proportion to their size.
 * @param share of the largest size
 */
export function largeContents(share: number): Heavy[] {
  const sized = (bytes: number) => Math.floor(bytes * share);
  const part = (what: string, layerPartBlob: string) =>
    call(
      ecrPublic,
      'UploadLayerPart',
      what,
      `{"repositoryName":"web","uploadId":"00000000-0000-4000-8000-000000000000","partFirstByte":0,"partLastByte":3,"layerPartBlob":"${layerPartBlob}"}`,
    );
  const imageManifest = JSON.stringify({ ...image, annotations: { a: '"'.repeat(sized(2 * MiB - 1000)) } });
  return [
    part('31 MiB', 'AAAA'.repeat(sized(7.75 * MiB))),
    part('31 MiB of escaped slashes', '\\/'.repeat(4 * sized(3.875 * MiB))),
    part('31 MiB of \\u0041', '\\u0041'.repeat(4 * sized(1.25 * MiB))),
    call(
      ecrPublic,
      'PutImage',
      'a manifest of 4 MiB of quotes',
      JSON.stringify({ repositoryName: 'web', imageManifest }),
    ),
  ];
}
