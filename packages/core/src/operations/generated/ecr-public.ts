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
  /** Says which of these layers the repository has. A missing layer is reported as UNAVAILABLE, not as a failure. */
  batchCheckLayerAvailability(input: CallInput<EcrPublic.BatchCheckLayerAvailabilityRequest>, options?: CallOptions): Promise<EcrPublic.BatchCheckLayerAvailabilityResponse>;
  /** Deletes images and tags. An image is deleted with its last tag. `failures` lists what cannot be deleted. */
  batchDeleteImage(input: CallInput<EcrPublic.BatchDeleteImageRequest>, options?: CallOptions): Promise<EcrPublic.BatchDeleteImageResponse>;
  /** Completes an upload. Its parts become a layer if their digest is one of those given. */
  completeLayerUpload(input: CallInput<EcrPublic.CompleteLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.CompleteLayerUploadResponse>;
  /** Creates a repository with its catalog data and tags, all or nothing. The first one gives the registry its default alias. */
  createRepository(input: CallInput<EcrPublic.CreateRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.CreateRepositoryResponse>;
  /** Deletes a repository with all that belongs to it. A repository with images is deleted only with `force`. */
  deleteRepository(input: CallInput<EcrPublic.DeleteRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryResponse>;
  /** Deletes the repository's policy and returns it, or throws RepositoryPolicyNotFoundException. */
  deleteRepositoryPolicy(input: CallInput<EcrPublic.DeleteRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryPolicyResponse>;
  /** Lists a page of a repository's tags by name, each with the image that it is on. */
  describeImageTags(input: CallInput<EcrPublic.DescribeImageTagsRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImageTagsResponse>;
  /** Lists a page of a repository's images by time of push, or the named images, all of which must exist. */
  describeImages(input: CallInput<EcrPublic.DescribeImagesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImagesResponse>;
  /** Returns the caller's one registry. Before its first repository it has no default alias, and so no URI. */
  describeRegistries(input?: CallInput<EcrPublic.DescribeRegistriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRegistriesResponse>;
  /** Lists a page of a registry's repositories by name, or the named repositories, all of which must exist. */
  describeRepositories(input?: CallInput<EcrPublic.DescribeRepositoriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRepositoriesResponse>;
  /** Returns a new token for `docker login`, which is valid for 12 hours. Earlier tokens stay valid. */
  getAuthorizationToken(input?: CallInput<EcrPublic.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<EcrPublic.GetAuthorizationTokenResponse>;
  /** Returns the registry's display name, if it has one. */
  getRegistryCatalogData(input?: CallInput<EcrPublic.GetRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRegistryCatalogDataResponse>;
  /** Returns the repository's catalog data, which is empty until some is put. */
  getRepositoryCatalogData(input: CallInput<EcrPublic.GetRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryCatalogDataResponse>;
  /** Returns the repository's policy as the service prints it, or throws RepositoryPolicyNotFoundException. */
  getRepositoryPolicy(input: CallInput<EcrPublic.GetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryPolicyResponse>;
  /** Starts a new upload and returns its id. Other uploads of the repository go on. */
  initiateLayerUpload(input: CallInput<EcrPublic.InitiateLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.InitiateLayerUploadResponse>;
  /** Lists the tags of the repository with this ARN, in the order in which they were added. */
  listTagsForResource(input: CallInput<EcrPublic.ListTagsForResourceRequest>, options?: CallOptions): Promise<EcrPublic.ListTagsForResourceResponse>;
  /** Puts an image. Its layers, or the images of an index, must be in the repository. A tag of another image is moved. */
  putImage(input: CallInput<EcrPublic.PutImageRequest>, options?: CallOptions): Promise<EcrPublic.PutImageResponse>;
  /** Sets the registry's display name, or removes it if no name is given. */
  putRegistryCatalogData(input?: CallInput<EcrPublic.PutRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRegistryCatalogDataResponse>;
  /** Replaces the repository's catalog data. The logo stays unless a new one is given. */
  putRepositoryCatalogData(input: CallInput<EcrPublic.PutRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRepositoryCatalogDataResponse>;
  /** Replaces the repository's policy. No caller can be locked out, so `force` changes nothing. */
  setRepositoryPolicy(input: CallInput<EcrPublic.SetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.SetRepositoryPolicyResponse>;
  /** Adds tags to the repository with this ARN. A key that already exists gets the new value. */
  tagResource(input: CallInput<EcrPublic.TagResourceRequest>, options?: CallOptions): Promise<EcrPublic.TagResourceResponse>;
  /** Removes tags from the repository with this ARN. Keys that do not exist are ignored. */
  untagResource(input: CallInput<EcrPublic.UntagResourceRequest>, options?: CallOptions): Promise<EcrPublic.UntagResourceResponse>;
  /** Stores the next part of a layer. Parts follow each other without gap or overlap. */
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
