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

/** Manifests and tags, as the OCI distribution specification describes them. */

/** The grammar of `<reference>` as a tag ("Pulling manifests"). */
const tagGrammar = /^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}$/;

/** Says whether a reference is a digest. A digest has a colon, and no tag has one. */
const looksLikeDigest = (reference: string) => reference.includes(':');

interface OneManifest extends At {
  /** A tag or a digest. */
  readonly reference: string;
}

interface GetManifest extends OneManifest {
  /**
   * Whether the call is a pull; true by default. A pull is announced. It is not a pull if a client only asks whether the
   * image exists.
   */
  readonly pull?: boolean;
}

/** Reads a manifest. */
export async function getManifest(
  context: Context,
  caller: Caller,
  { at, reference, pull = true }: GetManifest,
): Promise<StoredManifest> {
  const repository = await access.open(context, caller, 'BatchGetImage', at);
  const byDigest = looksLikeDigest(reference);
  const wellFormed = byDigest ? isDigest(reference) : tagGrammar.test(reference);
  const id = byDigest ? { digest: reference } : { tag: reference };
  const manifest = wellFormed ? await findManifest(context, repository, id) : undefined;
  if (!manifest)
    throw imageNotFound({ ...repository, ...(byDigest ? { imageDigest: reference } : { imageTag: reference }) });
  const { digest, mediaType } = manifest;
  if (pull) context.announce(repository, { type: 'pull', digest, mediaType, tags: byDigest ? [] : [reference] });
  return manifest;
}

/** A manifest to store. */
export interface NewManifest {
  readonly bytes: Uint8Array;
  readonly mediaType?: string | undefined;
  /** Further tags of an image that is put by its digest. */
  readonly tags?: readonly string[];
  /**
   * The rules that apply; `specification` by default. The rules of the `service` refuse an image index that names
   * blobs.
   */
  readonly rules?: Rules;
}

/**
 * Puts an image under a tag, or under its digest and any number of tags. If the same image is put again, the call
 * succeeds.
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
  const wrong = wanted.find((tag) => !tagGrammar.test(tag));
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
 * Deletes a tag alone, or an image with all of its tags ("Deleting tags" and "Deleting Manifests").
 *
 * The service's own rules (BatchDeleteImage) differ: an image is deleted with its last tag, and an image that a list
 * names stays.
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
    : tagGrammar.test(reference) && (await untag(context, repository, reference));
  if (!deleted) throw imageNotFound({ ...repository, ...id });
}

/** Lists the tags of a repository by name. */
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
