import type { EcrPublic } from '@coracle/registry';
import { expect } from 'vitest';
import { refusal, test } from '../support/clients.ts';
import { awsCli, describeWith } from '../support/describe-with.ts';

const accountId = '123456789012';
const names = ['r1', 'r2', 'r3', 'r4', 'r5'];
const repositories = Object.fromEntries(names.map((name) => [name, []]));
const tags = ['t1', 't2', 't3'];

describeWith([awsCli], 'the AWS CLI pages through', () => {
  test.concurrent('repositories, by itself, in pages of two', async ({ server, aws }) => {
    await server.registry.seed({ public: repositories });
    const seen = server.registry.intercept('DescribeRepositories');
    const all = await aws<EcrPublic.DescribeRepositoriesResponse>(
      'ecr-public',
      'describe-repositories',
      '--page-size',
      '2',
    );
    expect(all.repositories?.map((each) => each.repositoryName)).toEqual(names);
    expect(seen.calls).toHaveLength(3);
  });

  test.concurrent('repositories, from where it stopped before', async ({ server, aws }) => {
    await server.registry.seed({ public: repositories });
    type Page = EcrPublic.DescribeRepositoriesResponse & { NextToken?: string };
    const first = await aws<Page>('ecr-public', 'describe-repositories', '--max-items', '3', '--page-size', '2');
    expect(first.repositories?.map((each) => each.repositoryName)).toEqual(names.slice(0, 3));
    const from = ['--starting-token', first.NextToken ?? ''];
    const rest = await aws<Page>('ecr-public', 'describe-repositories', ...from);
    expect(rest.repositories?.map((each) => each.repositoryName)).toEqual(names.slice(3));
  });

  test.concurrent('one page by hand', async ({ server, aws }) => {
    await server.registry.seed({ public: repositories });
    const page = ['describe-repositories', '--no-paginate', '--max-results', '2'];
    const first = await aws<EcrPublic.DescribeRepositoriesResponse>('ecr-public', ...page);
    expect(first.repositories).toHaveLength(2);
    const second = await aws<EcrPublic.DescribeRepositoriesResponse>(
      'ecr-public',
      ...page,
      '--next-token',
      first.nextToken ?? '',
    );
    expect(second.repositories?.map((each) => each.repositoryName)).toEqual(['r3', 'r4']);
  });

  test.concurrent('images and tags, in pages of one', async ({ server, aws }) => {
    await server.registry.seed({ public: { web: tags } });
    const [images, imageTags] = await Promise.all([
      aws<EcrPublic.DescribeImagesResponse>(
        'ecr-public',
        'describe-images',
        '--repository-name',
        'web',
        '--page-size',
        '1',
      ),
      aws<EcrPublic.DescribeImageTagsResponse>(
        'ecr-public',
        'describe-image-tags',
        '--repository-name',
        'web',
        '--page-size',
        '1',
      ),
    ]);
    expect(images.imageDetails?.flatMap((each) => each.imageTags).sort()).toEqual(tags);
    expect(imageTags.imageTagDetails?.map((each) => each.imageTag)).toEqual(tags);
  });
});

const web = ['--repository-name', 'web'];
const inWeb = "repository with name 'web' in registry with id '123456789012'";
const nobody = '00000000-0000-4000-8000-000000000000';
const anyDigest = `sha256:${'a'.repeat(64)}`;
const manifest = JSON.stringify({
  schemaVersion: 2,
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  config: { mediaType: 'application/vnd.oci.image.config.v1+json', digest: anyDigest, size: 2 },
  layers: [{ mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: anyDigest, size: 2 }],
});

/**
 * Calls that are refused, and the text that the AWS CLI prints about each. The server has the repository `web` with the
 * image `v1`.
 */
const refusals: readonly (readonly [exception: string, operation: string, args: readonly string[], text: string])[] = [
  [
    'RepositoryAlreadyExistsException',
    'CreateRepository',
    ['create-repository', ...web],
    `The repository with name 'web' already exists in the registry with id '${accountId}'`,
  ],
  [
    'RepositoryNotFoundException',
    'DescribeImages',
    ['describe-images', '--repository-name', 'ghost'],
    `The repository with name 'ghost' does not exist in the registry with id '${accountId}'`,
  ],
  [
    'RepositoryNotEmptyException',
    'DeleteRepository',
    ['delete-repository', ...web],
    `The ${inWeb} cannot be deleted because it still contains images`,
  ],
  [
    'ImageNotFoundException',
    'DescribeImages',
    ['describe-images', ...web, '--image-ids', 'imageTag=v2'],
    `The image with imageId {imageDigest:'null', imageTag:'v2'} does not exist within the repository with name 'web' in the registry with id '${accountId}'`,
  ],
  [
    'RepositoryPolicyNotFoundException',
    'GetRepositoryPolicy',
    ['get-repository-policy', ...web],
    `Repository policy does not exist for the repository with name 'web' in the registry with id '${accountId}'`,
  ],
  [
    'UploadNotFoundException',
    'CompleteLayerUpload',
    ['complete-layer-upload', ...web, '--upload-id', nobody, '--layer-digests', anyDigest],
    `The upload with id '${nobody}' in the ${inWeb} does not exist`,
  ],
  [
    'LayersNotFoundException',
    'PutImage',
    ['put-image', ...web, '--image-manifest', manifest],
    `Layers with digests '[${anyDigest}]' required for pushing image into repository with name 'web' in the registry with id '${accountId}' do not exist`,
  ],
  [
    'InvalidParameterException',
    'DescribeRepositories',
    ['describe-repositories', '--no-paginate', '--next-token', 'nonsense'],
    "Invalid parameter at 'NextToken' failed to satisfy constraint: 'Invalid token'",
  ],
  [
    'InvalidParameterException',
    'CreateRepository',
    ['create-repository', '--repository-name', 'Web'],
    "Invalid parameter at 'repositoryName' failed to satisfy constraint: 'must satisfy regular expression '(?:[a-z0-9]+(?:[._-][a-z0-9]+)*/)*[a-z0-9]+(?:[._-][a-z0-9]+)*''",
  ],
  [
    'UnsupportedCommandException',
    'GetAuthorizationToken',
    ['get-authorization-token', '--region', 'us-west-2'],
    'GetAuthorizationToken command is only supported in us-east-1.',
  ],
];

describeWith([awsCli], 'the AWS CLI is refused', () => {
  test.concurrent.for(refusals)('with %s by %s', async ([exception, operation, args, text], { server }) => {
    await server.registry.seed({ public: { web: ['v1'] } });
    expect(await refusal(server.url, 'ecr-public', ...args)).toContain(
      `An error occurred (${exception}) when calling the ${operation} operation: ${text}`,
    );
  });
});
