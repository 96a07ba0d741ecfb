// Written by scripts/generate.mjs from src/operations/ecr-public/. Do not edit.
import type { EcrPublic } from '../../model/index.ts';
import type { CallInput, CallOptions, Implementations, PageOptions } from '../implementation.ts';
import { batchCheckLayerAvailability } from '../ecr-public/batch-check-layer-availability.ts';
import { batchDeleteImage } from '../ecr-public/batch-delete-image.ts';
import { completeLayerUpload } from '../ecr-public/complete-layer-upload.ts';
import { createRepository } from '../ecr-public/create-repository.ts';
import { deleteRepository } from '../ecr-public/delete-repository.ts';
import { deleteRepositoryPolicy } from '../ecr-public/delete-repository-policy.ts';
import { describeImageTags } from '../ecr-public/describe-image-tags.ts';
import { describeImages } from '../ecr-public/describe-images.ts';
import { describeRegistries } from '../ecr-public/describe-registries.ts';
import { describeRepositories } from '../ecr-public/describe-repositories.ts';
import { getAuthorizationToken } from '../ecr-public/get-authorization-token.ts';
import { getRegistryCatalogData } from '../ecr-public/get-registry-catalog-data.ts';
import { getRepositoryCatalogData } from '../ecr-public/get-repository-catalog-data.ts';
import { getRepositoryPolicy } from '../ecr-public/get-repository-policy.ts';
import { initiateLayerUpload } from '../ecr-public/initiate-layer-upload.ts';
import { listTagsForResource } from '../ecr-public/list-tags-for-resource.ts';
import { putImage } from '../ecr-public/put-image.ts';
import { putRegistryCatalogData } from '../ecr-public/put-registry-catalog-data.ts';
import { putRepositoryCatalogData } from '../ecr-public/put-repository-catalog-data.ts';
import { setRepositoryPolicy } from '../ecr-public/set-repository-policy.ts';
import { tagResource } from '../ecr-public/tag-resource.ts';
import { untagResource } from '../ecr-public/untag-resource.ts';
import { uploadLayerPart } from '../ecr-public/upload-layer-part.ts';

export const ecrPublicOperations = {
  BatchCheckLayerAvailability: batchCheckLayerAvailability,
  BatchDeleteImage: batchDeleteImage,
  CompleteLayerUpload: completeLayerUpload,
  CreateRepository: createRepository,
  DeleteRepository: deleteRepository,
  DeleteRepositoryPolicy: deleteRepositoryPolicy,
  DescribeImageTags: describeImageTags,
  DescribeImages: describeImages,
  DescribeRegistries: describeRegistries,
  DescribeRepositories: describeRepositories,
  GetAuthorizationToken: getAuthorizationToken,
  GetRegistryCatalogData: getRegistryCatalogData,
  GetRepositoryCatalogData: getRepositoryCatalogData,
  GetRepositoryPolicy: getRepositoryPolicy,
  InitiateLayerUpload: initiateLayerUpload,
  ListTagsForResource: listTagsForResource,
  PutImage: putImage,
  PutRegistryCatalogData: putRegistryCatalogData,
  PutRepositoryCatalogData: putRepositoryCatalogData,
  SetRepositoryPolicy: setRepositoryPolicy,
  TagResource: tagResource,
  UntagResource: untagResource,
  UploadLayerPart: uploadLayerPart,
} satisfies Implementations<'ecr-public'>;

/** The operations of Amazon ECR Public as methods, and async paginators of those that give pages. */
export interface EcrPublicFace {
  /** Returns for each digest whether the repository has the layer. A missing layer is UNAVAILABLE, not a failure. */
  batchCheckLayerAvailability(input: CallInput<EcrPublic.BatchCheckLayerAvailabilityRequest>, options?: CallOptions): Promise<EcrPublic.BatchCheckLayerAvailabilityResponse>;
  /** Deletes images and tags. An image is deleted together with its last tag. `failures` lists ids that cannot be deleted. */
  batchDeleteImage(input: CallInput<EcrPublic.BatchDeleteImageRequest>, options?: CallOptions): Promise<EcrPublic.BatchDeleteImageResponse>;
  /** Completes an upload: adds its parts as one layer to the repository, if `layerDigests` has the digest of the content. */
  completeLayerUpload(input: CallInput<EcrPublic.CompleteLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.CompleteLayerUploadResponse>;
  /** Creates a repository with its catalog data and tags. If one of them is invalid, no repository is created. The first repository of a registry also creates the default alias of the registry. */
  createRepository(input: CallInput<EcrPublic.CreateRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.CreateRepositoryResponse>;
  /** Deletes a repository with all of its data. A repository that has images is deleted only if `force` is true. */
  deleteRepository(input: CallInput<EcrPublic.DeleteRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryResponse>;
  /** Deletes and returns the policy of a repository. Throws RepositoryPolicyNotFoundException if it has no policy. */
  deleteRepositoryPolicy(input: CallInput<EcrPublic.DeleteRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryPolicyResponse>;
  /** Returns a page of the tags of a repository, sorted by name, each with details of its image. */
  describeImageTags(input: CallInput<EcrPublic.DescribeImageTagsRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImageTagsResponse>;
  /** Returns a page of the images of a repository, sorted by the time of push, or the images in `imageIds`, which must exist. */
  describeImages(input: CallInput<EcrPublic.DescribeImagesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImagesResponse>;
  /** Returns the public registry of the caller's account. It has no default alias and no URI before its first repository. */
  describeRegistries(input?: CallInput<EcrPublic.DescribeRegistriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRegistriesResponse>;
  /** Returns a page of repositories, sorted by name, or the repositories in `repositoryNames`, which must all exist. */
  describeRepositories(input?: CallInput<EcrPublic.DescribeRepositoriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRepositoriesResponse>;
  /** Returns a new token for `docker login`, which is valid for 12 hours. Earlier tokens stay valid. */
  getAuthorizationToken(input?: CallInput<EcrPublic.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<EcrPublic.GetAuthorizationTokenResponse>;
  /** Returns the display name of the registry, if it has a display name. */
  getRegistryCatalogData(input?: CallInput<EcrPublic.GetRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRegistryCatalogDataResponse>;
  /** Returns the catalog data of a repository. It is empty if no catalog data has been put. */
  getRepositoryCatalogData(input: CallInput<EcrPublic.GetRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryCatalogDataResponse>;
  /** Returns the policy of a repository, formatted as AWS does. Throws RepositoryPolicyNotFoundException if it has no policy. */
  getRepositoryPolicy(input: CallInput<EcrPublic.GetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryPolicyResponse>;
  /** Starts an upload of a layer and returns its id. Other uploads to the repository continue. */
  initiateLayerUpload(input: CallInput<EcrPublic.InitiateLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.InitiateLayerUploadResponse>;
  /** Returns the resource tags of the repository with this ARN, in the order in which they were added. */
  listTagsForResource(input: CallInput<EcrPublic.ListTagsForResourceRequest>, options?: CallOptions): Promise<EcrPublic.ListTagsForResourceResponse>;
  /** Puts an image. Its layers, or the images of an index, must be in the repository. A tag of another image is moved. */
  putImage(input: CallInput<EcrPublic.PutImageRequest>, options?: CallOptions): Promise<EcrPublic.PutImageResponse>;
  /** Sets the display name of the registry, or removes it if the input has no `displayName`. */
  putRegistryCatalogData(input?: CallInput<EcrPublic.PutRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRegistryCatalogDataResponse>;
  /** Replaces the catalog data of a repository. The old logo is kept if the input has no logo. */
  putRepositoryCatalogData(input: CallInput<EcrPublic.PutRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRepositoryCatalogDataResponse>;
  /** Replaces the policy of a repository. `force` has no effect, because policies are stored but not enforced. */
  setRepositoryPolicy(input: CallInput<EcrPublic.SetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.SetRepositoryPolicyResponse>;
  /** Adds resource tags to the repository with this ARN. If a key already exists, its value is replaced. */
  tagResource(input: CallInput<EcrPublic.TagResourceRequest>, options?: CallOptions): Promise<EcrPublic.TagResourceResponse>;
  /** Removes resource tags from the repository with this ARN. Keys that do not exist are ignored. */
  untagResource(input: CallInput<EcrPublic.UntagResourceRequest>, options?: CallOptions): Promise<EcrPublic.UntagResourceResponse>;
  /** Stores the next part of a layer. It must start directly after the last byte of the part before. */
  uploadLayerPart(input: CallInput<EcrPublic.UploadLayerPartRequest>, options?: CallOptions): Promise<EcrPublic.UploadLayerPartResponse>;
  /** The pages of `describeImageTags`, one after the other. */
  paginateDescribeImageTags(input: CallInput<EcrPublic.DescribeImageTagsRequest>, options?: PageOptions): AsyncGenerator<EcrPublic.DescribeImageTagsResponse, void>;
  /** The pages of `describeImages`, one after the other. */
  paginateDescribeImages(input: CallInput<EcrPublic.DescribeImagesRequest>, options?: PageOptions): AsyncGenerator<EcrPublic.DescribeImagesResponse, void>;
  /** The pages of `describeRegistries`, one after the other. */
  paginateDescribeRegistries(input?: CallInput<EcrPublic.DescribeRegistriesRequest>, options?: PageOptions): AsyncGenerator<EcrPublic.DescribeRegistriesResponse, void>;
  /** The pages of `describeRepositories`, one after the other. */
  paginateDescribeRepositories(input?: CallInput<EcrPublic.DescribeRepositoriesRequest>, options?: PageOptions): AsyncGenerator<EcrPublic.DescribeRepositoriesResponse, void>;
}
