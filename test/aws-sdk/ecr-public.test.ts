import {
  BatchCheckLayerAvailabilityCommand,
  BatchDeleteImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DeleteRepositoryPolicyCommand,
  DescribeImagesCommand,
  DescribeImageTagsCommand,
  DescribeRegistriesCommand,
  DescribeRepositoriesCommand,
  type ECRPUBLICClient,
  GetAuthorizationTokenCommand,
  GetRegistryCatalogDataCommand,
  GetRepositoryCatalogDataCommand,
  GetRepositoryPolicyCommand,
  ImageAlreadyExistsException,
  InitiateLayerUploadCommand,
  InvalidLayerPartException,
  LayersNotFoundException,
  ListTagsForResourceCommand,
  PutImageCommand,
  PutRegistryCatalogDataCommand,
  PutRepositoryCatalogDataCommand,
  paginateDescribeImages,
  paginateDescribeImageTags,
  paginateDescribeRegistries,
  paginateDescribeRepositories,
  RepositoryNotEmptyException,
  RepositoryPolicyNotFoundException,
  SetRepositoryPolicyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr-public';
import { type BuiltImage, buildImage, buildIndex } from '@coracle/registry';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clients, connect, ways } from './clients.ts';

const repositoryName = 'team/web';

describe.each(ways)('the SDK, %s', (way) => {
  let clients: Clients;
  let client: ECRPUBLICClient;

  beforeEach(async () => {
    clients = await connect(way);
    client = clients.ecrPublic;
    await client.send(new CreateRepositoryCommand({ repositoryName }));
  });
  afterEach(() => clients.close());

  /** Pushes as a push tool of AWS's does: check, upload in parts, complete, put. */
  async function push(image: BuiltImage, imageTag?: string): Promise<void> {
    const layerDigests = image.blobs.map(({ digest }) => digest);
    if (layerDigests.length > 0) {
      const check = await client.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
      const missing = check.layers?.filter(({ layerAvailability }) => layerAvailability === 'UNAVAILABLE') ?? [];
      for (const { digest, bytes } of image.blobs) {
        if (!missing.some(({ layerDigest }) => layerDigest === digest)) continue;
        const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
        await client.send(
          new UploadLayerPartCommand({
            repositoryName,
            uploadId,
            partFirstByte: 0,
            partLastByte: bytes.length - 1,
            layerPartBlob: bytes,
          }),
        );
        const completed = await client.send(
          new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests: [digest] }),
        );
        expect(completed.layerDigest).toBe(digest);
      }
    }
    await client.send(
      new PutImageCommand({
        repositoryName,
        imageManifest: image.manifest,
        imageManifestMediaType: image.mediaType,
        ...(imageTag === undefined ? {} : { imageTag }),
      }),
    );
  }

  it('creates, describes and deletes repositories', async () => {
    const described = await client.send(new DescribeRepositoriesCommand({ repositoryNames: [repositoryName] }));
    expect(described.repositories?.[0]?.repositoryArn).toBe('arn:aws:ecr-public::123456789012:repository/team/web');
    expect(described.repositories?.[0]?.createdAt).toBeInstanceOf(Date);
    const deleted = await client.send(new DeleteRepositoryCommand({ repositoryName }));
    expect(deleted.repository?.repositoryName).toBe(repositoryName);
    expect((await client.send(new DescribeRepositoriesCommand({}))).repositories).toEqual([]);
  });

  it('pushes an image through the layer operations and describes it', async () => {
    const image = await buildImage({ layers: ['one', 'two'] });
    await push(image, 'v1');
    const { imageDetails } = await client.send(new DescribeImagesCommand({ repositoryName }));
    expect(imageDetails).toEqual([
      {
        registryId: '123456789012',
        repositoryName,
        imageDigest: image.digest,
        imageTags: ['v1'],
        imageSizeInBytes: image.blobs.reduce((sum, { bytes }) => sum + bytes.length, 0),
        imagePushedAt: expect.any(Date),
        imageManifestMediaType: image.mediaType,
        artifactMediaType: 'application/vnd.oci.image.config.v1+json',
      },
    ]);
    await expect(push(image, 'v1')).rejects.toBeInstanceOf(ImageAlreadyExistsException);
    await expect(client.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toBeInstanceOf(
      RepositoryNotEmptyException,
    );
  });

  it('pushes an index and deletes it before its images', async () => {
    const images = [
      await buildImage({ layers: ['amd64'] }),
      await buildImage({ layers: ['arm64'], platform: { os: 'linux', architecture: 'arm64' } }),
    ];
    for (const image of images) await push(image);
    const index = await buildIndex({ images });
    await push(index, 'multi');
    const { imageTagDetails } = await client.send(new DescribeImageTagsCommand({ repositoryName }));
    expect(imageTagDetails?.map(({ imageTag, imageDetail }) => [imageTag, imageDetail?.imageDigest])).toEqual([
      ['multi', index.digest],
    ]);
    const imageIds = [index, ...images].map(({ digest: imageDigest }) => ({ imageDigest }));
    const first = await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds }));
    expect(first.imageIds).toEqual([{ imageDigest: index.digest, imageTag: 'multi' }]);
    expect(first.failures?.map(({ failureCode }) => failureCode)).toEqual(
      images.map(() => 'ImageReferencedByManifestList'),
    );
    const second = await client.send(new BatchDeleteImageCommand({ repositoryName, imageIds: imageIds.slice(1) }));
    expect(second).toMatchObject({ imageIds: imageIds.slice(1), failures: [] });
  });

  it('gives exceptions of the SDK own classes, with their members', async () => {
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { repositoryName, uploadId, layerPartBlob: new Uint8Array(4) };
    await client.send(new UploadLayerPartCommand({ ...part, partFirstByte: 0, partLastByte: 3 }));
    const gap = await client
      .send(new UploadLayerPartCommand({ ...part, partFirstByte: 9, partLastByte: 12 }))
      .catch((e) => e);
    expect(gap).toBeInstanceOf(InvalidLayerPartException);
    expect(gap).toMatchObject({ lastValidByteReceived: 3, uploadId, repositoryName, registryId: '123456789012' });
    const image = await buildImage();
    const put = new PutImageCommand({ repositoryName, imageManifest: image.manifest });
    await expect(client.send(put)).rejects.toBeInstanceOf(LayersNotFoundException);
  });

  it('keeps policies, tags and catalog data', async () => {
    const policyText = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: '*', Action: 'ecr-public:DescribeImages' }],
    });
    await client.send(new SetRepositoryPolicyCommand({ repositoryName, policyText }));
    const policy = await client.send(new GetRepositoryPolicyCommand({ repositoryName }));
    expect(JSON.parse(policy.policyText ?? '')).toEqual(JSON.parse(policyText));
    await client.send(new DeleteRepositoryPolicyCommand({ repositoryName }));
    await expect(client.send(new GetRepositoryPolicyCommand({ repositoryName }))).rejects.toBeInstanceOf(
      RepositoryPolicyNotFoundException,
    );

    const resourceArn = 'arn:aws:ecr-public::123456789012:repository/team/web';
    await client.send(
      new TagResourceCommand({
        resourceArn,
        tags: [
          { Key: 'a', Value: '1' },
          { Key: 'b', Value: '2' },
        ],
      }),
    );
    await client.send(new UntagResourceCommand({ resourceArn, tagKeys: ['a', 'c'] }));
    expect((await client.send(new ListTagsForResourceCommand({ resourceArn }))).tags).toEqual([
      { Key: 'b', Value: '2' },
    ]);

    const logo = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
    const catalogData = {
      description: 'Ünïcode',
      architectures: ['ARM 64'],
      operatingSystems: ['Linux'],
      aboutText: '# About',
    };
    await client.send(
      new PutRepositoryCatalogDataCommand({ repositoryName, catalogData: { ...catalogData, logoImageBlob: logo } }),
    );
    const got = await client.send(new GetRepositoryCatalogDataCommand({ repositoryName }));
    expect(got.catalogData).toEqual({ ...catalogData, logoUrl: expect.stringMatching(/^https?:.*\.png$/) });
    const served = await clients.registry.fetch(new Request(got.catalogData?.logoUrl ?? ''));
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(logo);

    await client.send(new PutRegistryCatalogDataCommand({ displayName: 'The Web Team' }));
    expect((await client.send(new GetRegistryCatalogDataCommand({}))).registryCatalogData).toEqual({
      displayName: 'The Web Team',
    });
  });

  it('gives a token for docker', async () => {
    const { authorizationData } = await client.send(new GetAuthorizationTokenCommand({}));
    expect(atob(authorizationData?.authorizationToken ?? '')).toMatch(/^AWS:\S+$/);
    expect(authorizationData?.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 11 * 3600 * 1000);
  });

  it('goes through pages by the SDK own paginators', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `paged/r${i}`);
    for (const name of names) await client.send(new CreateRepositoryCommand({ repositoryName: name }));
    const tags = ['a', 'b', 'c', 'd', 'e'];
    await clients.registry.seed({ public: { [repositoryName]: tags } });
    const paging = { client, pageSize: 2 };

    const repositories: (string | undefined)[][] = [];
    for await (const page of paginateDescribeRepositories(paging, {})) {
      repositories.push(page.repositories?.map((repository) => repository.repositoryName) ?? []);
    }
    expect(repositories).toEqual([
      ['paged/r0', 'paged/r1'],
      ['paged/r2', 'paged/r3'],
      ['paged/r4', repositoryName],
    ]);

    const images: number[] = [];
    for await (const page of paginateDescribeImages(paging, { repositoryName }))
      images.push(page.imageDetails?.length ?? 0);
    expect(images).toEqual([2, 2, 1]);

    const found: (string | undefined)[] = [];
    for await (const page of paginateDescribeImageTags(paging, { repositoryName })) {
      found.push(...(page.imageTagDetails?.map(({ imageTag }) => imageTag) ?? []));
    }
    expect(found).toEqual(tags);

    const aliases: (string | undefined)[] = [];
    for await (const page of paginateDescribeRegistries(paging, {})) {
      aliases.push(...(page.registries?.flatMap((registry) => registry.aliases?.map(({ name }) => name)) ?? []));
    }
    expect(aliases).toHaveLength(1);
    const { registries } = await client.send(new DescribeRegistriesCommand({}));
    expect(registries?.[0]?.verified).toBe(false);
  });
});
