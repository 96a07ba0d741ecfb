import { createHash } from 'node:crypto';
import type { EcrPublic } from '@coracle/core';
import { type Image, orderOf } from './image-model.ts';
import { account, refuse, refuseParameter } from './refusal.ts';
import { RegistryModel, type Repository } from './registry-model.ts';

interface PageInput {
  readonly nextToken?: string;
  readonly maxResults?: number;
}

/** The position of a page token. */
interface Cursor {
  readonly operation: string;
  /** The repository when the token was made. A repository that is created again is another one. */
  readonly of: unknown;
  readonly after: string;
}

/** The operations on images, and pages. */
export class Model extends RegistryModel {
  readonly #cursors = new Map<string, Cursor>();

  /** A page of items that are in the order of their keys. A page starts after a key, which need not be there any more. */
  #page<T>(
    operation: string,
    of: unknown,
    all: readonly { readonly key: string; readonly item: T }[],
    { nextToken, maxResults = 100 }: PageInput,
    answer: { readonly nextToken?: string } | undefined,
  ): { items: T[]; rest: { nextToken?: string } } {
    const cursor = nextToken === undefined ? undefined : this.#cursors.get(nextToken);
    if (nextToken !== undefined && (cursor?.operation !== operation || cursor.of !== of)) {
      refuseParameter('NextToken', 'Invalid token');
    }
    const left = all.filter(({ key }) => cursor === undefined || key > cursor.after);
    const shown = left.slice(0, maxResults);
    const items = shown.map(({ item }) => item);
    const after = shown.at(-1)?.key;
    if (left.length === shown.length || after === undefined) return { items, rest: {} };
    const token = answer?.nextToken ?? 'a token';
    this.#cursors.set(token, { operation, of, after });
    return { items, rest: { nextToken: token } };
  }

  describeRepositories(
    { repositoryNames, ...page }: EcrPublic.DescribeRepositoriesRequest,
    answer?: EcrPublic.DescribeRepositoriesResponse,
  ): EcrPublic.DescribeRepositoriesResponse {
    if (repositoryNames) {
      if (page.nextToken !== undefined) refuseParameter('NextToken');
      return { repositories: [...new Set(repositoryNames)].map((name) => this.shape(this.need(name))) };
    }
    const all = [...this.repositories.values()].map((one) => ({ key: one.name, item: this.shape(one) })).sort(byKey);
    const { items, rest } = this.#page('DescribeRepositories', undefined, all, page, answer);
    return { repositories: items, ...rest };
  }

  putImage(input: EcrPublic.PutImageRequest): EcrPublic.PutImageResponse {
    const { repositoryName, imageManifest, imageManifestMediaType, imageTag, imageDigest } = input;
    const { digest, mediaType } = this.need(repositoryName).images.put(
      imageManifest,
      digestOf(imageManifest),
      this.clock(),
      {
        ...(imageManifestMediaType === undefined ? {} : { mediaType: imageManifestMediaType }),
        ...(imageTag === undefined ? {} : { tag: imageTag }),
        ...(imageDigest === undefined ? {} : { wanted: imageDigest }),
        strict: true,
      },
    );
    const imageId = { imageDigest: digest, ...(imageTag === undefined ? {} : { imageTag }) };
    const image = { registryId: account, repositoryName, imageId, imageManifest, imageManifestMediaType: mediaType };
    return { image };
  }

  describeImages(
    { repositoryName, imageIds, ...page }: EcrPublic.DescribeImagesRequest,
    answer?: EcrPublic.DescribeImagesResponse,
  ): EcrPublic.DescribeImagesResponse {
    const repository = this.need(repositoryName);
    const { images } = repository;
    if (imageIds) {
      if (page.nextToken !== undefined) refuseParameter('NextToken');
      const found = imageIds.map((id) => images.find(id) ?? imageNotFound(repositoryName, id));
      return { imageDetails: [...new Set(found)].map((image) => detailOf(repository, image)) };
    }
    const all = images.inOrder().map((image) => ({ key: orderOf(image), item: detailOf(repository, image) }));
    const { items, rest } = this.#page('DescribeImages', repository, all, page, answer);
    return { imageDetails: items, ...rest };
  }

  describeImageTags(
    { repositoryName, ...page }: EcrPublic.DescribeImageTagsRequest,
    answer?: EcrPublic.DescribeImageTagsResponse,
  ): EcrPublic.DescribeImageTagsResponse {
    const repository = this.need(repositoryName);
    const all = repository.images.tags().map(({ tag, createdAt, image }) => ({
      key: tag,
      item: { imageTag: tag, createdAt: new Date(createdAt), imageDetail: referenced(image) },
    }));
    const { items, rest } = this.#page('DescribeImageTags', repository, all, page, answer);
    return { imageTagDetails: items, ...rest };
  }

  batchDeleteImage({ repositoryName, imageIds }: EcrPublic.BatchDeleteImageRequest) {
    return this.need(repositoryName).images.delete(imageIds);
  }

  // Calls of clients of `/v2/`

  putBlob(name: string, digest: string, bytes: Uint8Array) {
    const { layers } = this.need(name);
    if (digest !== digestOf(bytes)) refuse('InvalidLayerException');
    if (!layers.has(digest)) layers.set(digest, { size: bytes.length });
    return { digest, size: bytes.length };
  }

  putManifest(name: string, reference: string, manifest: string, mediaType: string | undefined) {
    const { digest } = this.need(name).images.put(manifest, digestOf(manifest), this.clock(), {
      ...(mediaType === undefined ? {} : { mediaType }),
      ...(reference.includes(':') ? { wanted: reference } : { tag: reference }),
      strict: false,
    });
    return { digest };
  }

  getManifest(name: string, reference: string) {
    const id = reference.includes(':') ? { imageDigest: reference } : { imageTag: reference };
    const image = this.need(name).images.find(id) ?? imageNotFound(name, id);
    return { digest: image.digest, mediaType: image.mediaType, manifest: image.manifest };
  }

  getTags(name: string, most: number | undefined, last: string | undefined) {
    const all = this.need(name)
      .images.tags()
      .map(({ tag }) => tag)
      .filter((tag) => last === undefined || tag > last);
    return { tags: all.slice(0, most ?? all.length) };
  }
}

const byKey = (one: { readonly key: string }, other: { readonly key: string }) => (one.key < other.key ? -1 : 1);

export const digestOf = (content: string | Uint8Array) =>
  `sha256:${createHash('sha256').update(content).digest('hex')}`;

const imageNotFound = (name: string, { imageDigest = 'null', imageTag = 'null' }: EcrPublic.ImageIdentifier) =>
  refuse(
    'ImageNotFoundException',
    `The image with imageId {imageDigest:'${imageDigest}', imageTag:'${imageTag}'} does not exist within the ` +
      `repository with name '${name}' in the registry with id '${account}'`,
  );

const referenced = (image: Image): EcrPublic.ReferencedImageDetail => ({
  imageDigest: image.digest,
  imageSizeInBytes: image.bytes,
  imagePushedAt: new Date(image.pushedAt),
  imageManifestMediaType: image.mediaType,
  ...(image.artifactMediaType === undefined ? {} : { artifactMediaType: image.artifactMediaType }),
});

const detailOf = ({ name }: Repository, image: Image): EcrPublic.ImageDetail => ({
  registryId: account,
  repositoryName: name,
  ...referenced(image),
  ...(image.tags.size === 0 ? {} : { imageTags: [...image.tags.keys()].sort() }),
});
