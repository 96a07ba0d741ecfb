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
  /** Returns for each digest whether the repository has a layer with this digest. A missing layer is listed as UNAVAILABLE in `layers`, and not in `failures`. */
  batchCheckLayerAvailability(input: CallInput<EcrPublic.BatchCheckLayerAvailabilityRequest>, options?: CallOptions): Promise<EcrPublic.BatchCheckLayerAvailabilityResponse>;
  /** Deletes images and image tags of a repository. If the last tag of an image is deleted, the image is deleted too. `failures` lists the image ids that could not be deleted. */
  batchDeleteImage(input: CallInput<EcrPublic.BatchDeleteImageRequest>, options?: CallOptions): Promise<EcrPublic.BatchDeleteImageResponse>;
  /** Completes an upload. The uploaded parts become one layer of the repository, if `layerDigests` contains the digest of that layer. */
  completeLayerUpload(input: CallInput<EcrPublic.CompleteLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.CompleteLayerUploadResponse>;
  /** Creates a repository with its catalog data and resource tags. If the catalog data or a tag is invalid, no repository is created. A registry gets its default alias together with its first repository. */
  createRepository(input: CallInput<EcrPublic.CreateRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.CreateRepositoryResponse>;
  /** Deletes a repository with all of its data. A repository with images is deleted only if `force` is true. */
  deleteRepository(input: CallInput<EcrPublic.DeleteRepositoryRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryResponse>;
  /** Deletes the policy of a repository, and returns the deleted policy. Throws RepositoryPolicyNotFoundException if the repository has no policy. */
  deleteRepositoryPolicy(input: CallInput<EcrPublic.DeleteRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.DeleteRepositoryPolicyResponse>;
  /** Returns a page of the image tags of a repository, sorted by name. Each tag is returned with details of the tagged image. */
  describeImageTags(input: CallInput<EcrPublic.DescribeImageTagsRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImageTagsResponse>;
  /** Returns a page of the images of a repository, sorted by the time of push. If `imageIds` is given, returns only the images with these ids. Throws ImageNotFoundException if one of these images does not exist. */
  describeImages(input: CallInput<EcrPublic.DescribeImagesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeImagesResponse>;
  /** Returns the public registry of the caller's account. The registry has no default alias before its first repository is created. If the registry has no alias, `registryUri` is an empty string. */
  describeRegistries(input?: CallInput<EcrPublic.DescribeRegistriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRegistriesResponse>;
  /** Returns a page of the repositories of a registry, sorted by name. If `repositoryNames` is given, returns only the repositories with these names. Throws RepositoryNotFoundException if one of these repositories does not exist. */
  describeRepositories(input?: CallInput<EcrPublic.DescribeRepositoriesRequest>, options?: CallOptions): Promise<EcrPublic.DescribeRepositoriesResponse>;
  /** Returns a new token for `docker login`. The token is valid for 12 hours. Earlier tokens stay valid until their own 12 hours are over. */
  getAuthorizationToken(input?: CallInput<EcrPublic.GetAuthorizationTokenRequest>, options?: CallOptions): Promise<EcrPublic.GetAuthorizationTokenResponse>;
  /** Returns the display name of the caller's public registry. If no display name has been set, the response has no `displayName`. */
  getRegistryCatalogData(input?: CallInput<EcrPublic.GetRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRegistryCatalogDataResponse>;
  /** Returns the catalog data of a repository. If the repository has no catalog data, `catalogData` is an empty object. */
  getRepositoryCatalogData(input: CallInput<EcrPublic.GetRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryCatalogDataResponse>;
  /** Returns the policy of a repository as JSON text, with spaces and line breaks as in responses of AWS. Throws RepositoryPolicyNotFoundException if the repository has no policy. */
  getRepositoryPolicy(input: CallInput<EcrPublic.GetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.GetRepositoryPolicyResponse>;
  /** Starts an upload of a layer, and returns the id of the upload. Other uploads to the same repository can still be continued. */
  initiateLayerUpload(input: CallInput<EcrPublic.InitiateLayerUploadRequest>, options?: CallOptions): Promise<EcrPublic.InitiateLayerUploadResponse>;
  /** Returns the resource tags of the repository with the ARN `resourceArn`, in the order in which the tags were added. */
  listTagsForResource(input: CallInput<EcrPublic.ListTagsForResourceRequest>, options?: CallOptions): Promise<EcrPublic.ListTagsForResourceResponse>;
  /** Puts the manifest of an image or an image index into a repository. The layers of the image, or the images of the index, must already be in the repository. If another image has the tag `imageTag`, the tag is moved to the new image. */
  putImage(input: CallInput<EcrPublic.PutImageRequest>, options?: CallOptions): Promise<EcrPublic.PutImageResponse>;
  /** Sets the display name of the caller's public registry. If the input has no `displayName`, the display name is removed. */
  putRegistryCatalogData(input?: CallInput<EcrPublic.PutRegistryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRegistryCatalogDataResponse>;
  /** Replaces the catalog data of a repository. If the input has no logo, the repository keeps its old logo. */
  putRepositoryCatalogData(input: CallInput<EcrPublic.PutRepositoryCatalogDataRequest>, options?: CallOptions): Promise<EcrPublic.PutRepositoryCatalogDataResponse>;
  /** Replaces the policy of a repository. A policy that would deny the caller to set another policy is refused, unless `force` is true. Only requests to a registry with closed access are checked against the policy. */
  setRepositoryPolicy(input: CallInput<EcrPublic.SetRepositoryPolicyRequest>, options?: CallOptions): Promise<EcrPublic.SetRepositoryPolicyResponse>;
  /** Adds resource tags to the repository with the ARN `resourceArn`. If the repository already has a tag with the same key, the value of that tag is replaced. */
  tagResource(input: CallInput<EcrPublic.TagResourceRequest>, options?: CallOptions): Promise<EcrPublic.TagResourceResponse>;
  /** Removes the resource tags with the keys `tagKeys` from the repository with the ARN `resourceArn`. A key is ignored if the repository has no tag with this key. */
  untagResource(input: CallInput<EcrPublic.UntagResourceRequest>, options?: CallOptions): Promise<EcrPublic.UntagResourceResponse>;
  /** Stores the next part of a layer. The part must start directly after the last byte of the previous part. */
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
