import type { Context } from '../../domain/context.ts';
import type { ImageSummary, ImageWithTags } from '../../domain/images/image.ts';
import { logoUrl, publicRegistryUri, repositoryArn } from '../../domain/registries/addresses.ts';
import { readPublicRegistry } from '../../domain/registries/public.ts';
import type { Catalog } from '../../domain/repositories/catalog.ts';
import type { Repository } from '../../domain/repositories/repository.ts';
import type { EcrPublic } from '../../model/index.ts';

/**
 * This file has the functions that create objects for the responses of Amazon ECR Public, such as the description of a
 * repository.
 */

export async function describeRepository(context: Context, repository: Repository): Promise<EcrPublic.Repository> {
  const registry = await readPublicRegistry(context, repository.registry.accountId);
  return shapeOf(repository, publicRegistryUri(context, registry));
}

/**
 * Returns the descriptions of repositories for a response of Amazon ECR Public. All repositories are in the public
 * registry of the AWS account `accountId`.
 */
export async function describeRepositoriesOf(
  context: Context,
  accountId: string,
  repositories: readonly Repository[],
): Promise<EcrPublic.Repository[]> {
  const uri = publicRegistryUri(context, await readPublicRegistry(context, accountId));
  return repositories.map((repository) => shapeOf(repository, uri));
}

const shapeOf = ({ registry, record }: Repository, registryUri: string): EcrPublic.Repository => ({
  repositoryArn: repositoryArn(registry, record.name),
  registryId: registry.accountId,
  repositoryName: record.name,
  repositoryUri: `${registryUri}/${record.name}`,
  createdAt: new Date(record.createdAt),
});

/**
 * Returns the catalog data of a repository for a response of Amazon ECR Public. The texts are returned exactly as the
 * caller wrote them.
 */
export const describeCatalog = (
  context: Context,
  { id }: Repository,
  { texts, logo }: Catalog,
): EcrPublic.RepositoryCatalogData => ({
  ...texts,
  ...(logo === undefined ? {} : { logoUrl: logoUrl(context, id, logo) }),
});

/**
 * Returns `registryId` and `repositoryName` for a response of Amazon ECR Public. Each response about a single
 * repository contains these members.
 */
export const echo = ({ registry, record }: Repository): { registryId: string; repositoryName: string } => ({
  registryId: registry.accountId,
  repositoryName: record.name,
});

export function describeReferencedImage(image: ImageSummary): EcrPublic.ReferencedImageDetail {
  const detail: EcrPublic.ReferencedImageDetail = {
    imageDigest: image.digest,
    imageSizeInBytes: image.size,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
  };
  if (image.artifactMediaType !== undefined) detail.artifactMediaType = image.artifactMediaType;
  return detail;
}

// Members are set one by one, here and above. Pages hold hundreds of these, and spreading objects would cost the most.
export function describeImage({ registry, record }: Repository, { image, tags }: ImageWithTags): EcrPublic.ImageDetail {
  const detail: EcrPublic.ImageDetail = {
    registryId: registry.accountId,
    repositoryName: record.name,
    imageDigest: image.digest,
    imageSizeInBytes: image.size,
    imagePushedAt: new Date(image.pushedAt),
    imageManifestMediaType: image.mediaType,
  };
  if (tags.length > 0) detail.imageTags = [...tags];
  if (image.artifactMediaType !== undefined) detail.artifactMediaType = image.artifactMediaType;
  return detail;
}
