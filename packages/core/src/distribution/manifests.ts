import * as access from '../access/door.ts';
import { algorithmOf, isDigest } from '../digest/digest.ts';
import type { Caller } from '../domain/caller.ts';
import type { Context } from '../domain/context.ts';
import { deleteImage, untag } from '../domain/images/delete.ts';
import { findManifest } from '../domain/images/find.ts';
import type { StoredManifest } from '../domain/images/image.ts';
import { listTagNames } from '../domain/images/list.ts';
import { type PushRules, pushImage } from '../domain/images/push.ts';
import { digestInvalid, imageNotFound, imageReferenced, invalidManifest, tagInvalid } from '../errors.ts';
import { deleteImages, type ImageId } from '../operations/shared/delete-images.ts';
import { keys } from '../storage/keys.ts';
import type { At, Rules } from './address.ts';
import { listNames, type NamesPage } from './names.ts';
import { isOciTag } from './oci-tag.ts';

// This file has the calls for manifests and tags, as the OCI distribution specification describes them.

/** Returns whether a reference is a digest and not a tag: a digest contains a colon, and a tag never does. */
const looksLikeDigest = (reference: string) => reference.includes(':');

interface OneManifest extends At {
  /** The tag or the digest that names the manifest. */
  readonly reference: string;
}

interface GetManifest extends OneManifest {
  /**
   * Whether the call is a pull, which emits a `pull` event; true by default. Set `pull` to false if a client only
   * checks that the image exists.
   */
  readonly pull?: boolean;
}

/**
 * Reads the manifest that a tag or a digest names.
 * @throws ImageNotFoundException if the repository does not have the manifest
 */
export async function getManifest(
  context: Context,
  caller: Caller,
  { at, reference, pull = true }: GetManifest,
): Promise<StoredManifest> {
  const repository = await access.open(context, caller, 'BatchGetImage', at);
  const byDigest = looksLikeDigest(reference);
  const wellFormed = byDigest ? isDigest(reference) : isOciTag(reference);
  const id = byDigest ? { digest: reference } : { tag: reference };
  const manifest = wellFormed ? await findManifest(context, repository, id) : undefined;
  if (!manifest)
    throw imageNotFound({ ...repository, ...(byDigest ? { imageDigest: reference } : { imageTag: reference }) });
  const { digest, mediaType } = manifest;
  if (pull) context.announce(repository, { type: 'pull', digest, mediaType, tags: byDigest ? [] : [reference] });
  return manifest;
}

/** A manifest to store with `putManifest`. */
export interface NewManifest {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /**
   * Further tags for the image, in addition to the tag or the digest in the argument `reference` of `putManifest`. By
   * default the image gets no further tags.
   */
  readonly tags?: readonly string[];
  /**
   * The rules of the push: `specification` (OCI, the default) or `service` (the AWS API). With `service`, an image
   * index that names blobs is refused.
   */
  readonly rules?: Rules;
}

/**
 * Stores an image under the tag or the digest `reference`, and under all tags in `manifest.tags`. The call succeeds
 * even if the image already exists. Returns the digest of the image. If the manifest has a subject, also returns the
 * digest of the subject.
 */
export async function putManifest(
  context: Context,
  caller: Caller,
  { at, reference, manifest: given }: OneManifest & { readonly manifest: NewManifest },
): Promise<{ digest: string; subject: string | undefined }> {
  const { bytes, mediaType, tags = [], rules = 'specification' } = given;
  const repository = await access.open(context, caller, 'PutImage', at);
  const byDigest = looksLikeDigest(reference);
  if (byDigest && !isDigest(reference)) throw digestInvalid(reference);
  const wanted = byDigest ? tags : [reference, ...tags];
  const wrong = wanted.find((tag) => !isOciTag(tag));
  if (wrong !== undefined) throw tagInvalid(wrong);
  if (bytes.length === 0) throw invalidManifest('Invalid JSON syntax');
  const input = { bytes, mediaType, tags: wanted, ...(byDigest ? { digest: reference } : {}) };
  const pushRules: PushRules = {
    algorithm: byDigest && isDigest(reference) ? algorithmOf(reference) : 'sha256',
    needsLayers: false,
    refuseUnchanged: false,
    blobsInLists: rules === 'specification',
  };
  const { digest, manifest } = await pushImage(context, repository, input, pushRules);
  return { digest, subject: manifest.subject };
}

/**
 * Deletes a tag if the reference is a tag. Deletes an image and all of its tags if the reference is a digest (OCI
 * distribution specification, "Deleting tags" and "Deleting Manifests").
 *
 * If `rules` is `service`, the rules of BatchDeleteImage of the AWS API apply instead. An image is then deleted
 * together with its last tag, and an image is not deleted if an image index names it.
 */
export async function deleteManifest(
  context: Context,
  caller: Caller,
  { at, reference, rules = 'specification' }: OneManifest & { readonly rules?: Rules },
): Promise<void> {
  const repository = await access.open(context, caller, 'BatchDeleteImage', at);
  const id: ImageId = looksLikeDigest(reference) ? { imageDigest: reference } : { imageTag: reference };
  if (rules === 'service') {
    const [failure] = (await deleteImages(context, repository, [id])).failures;
    if (failure?.failureCode === 'ImageReferencedByManifestList') throw imageReferenced(failure.failureReason);
    if (failure) throw imageNotFound({ ...repository, ...id });
    return;
  }
  const deleted = isDigest(reference)
    ? await deleteImage(context, repository, reference)
    : isOciTag(reference) && (await untag(context, repository, reference));
  if (!deleted) throw imageNotFound({ ...repository, ...id });
}

/** Returns a page of the names of all tags in a repository, sorted by name. */
export async function getTags(
  context: Context,
  caller: Caller,
  { at, ...page }: At & NamesPage,
): Promise<{ tags: string[]; more: boolean }> {
  const repository = await access.open(context, caller, 'ListImages', at);
  const { names, more } = await listNames(
    context.room,
    page,
    (tag) => keys.tag(repository.id, tag),
    (start) => listTagNames(context, repository, start),
  );
  return { tags: names, more };
}
