import type { Piece } from '../layers/piece.ts';

/** The data of an image. It is set when the image is pushed, and never changes afterwards. */
export type ImageSummary = {
  readonly digest: string;
  readonly pushedAt: number;
  /**
   * The size in bytes as AWS computes it: the config and the layers together. The size of an image index is the size of
   * the largest image that it names.
   */
  readonly size: number;
  readonly mediaType: string;
  readonly artifactMediaType?: string;
  readonly subject?: string;
};

/**
 * The place of a manifest's bytes. `manifest` is the manifest as text, if a record contains it. Otherwise `pieces`
 * lists what is stored in the byte store: first the manifest and, if the manifest names more than 200 digests, second
 * the list of these digests.
 */
export type ManifestPlace = { readonly pieces: readonly [Piece, ...Piece[]] } | { readonly manifest: string };

/**
 * The stored record of an image, which is one manifest in one repository. The record changes if a tag of the image
 * changes, or if an image index that names the image is pushed or deleted.
 */
export type ImageRecord = ImageSummary &
  ManifestPlace & {
    readonly tags: number;
    readonly parents: number;
    /**
     * The digests of the config and layers, or of the images that an image index names. Missing if there are more than
     * 200 digests, or if an early version of Coracle stored the image.
     */
    readonly mentions?: readonly string[];
  };

/**
 * The stored record of a tag. It contains the data of the image that the tag points at, so that tags can be listed
 * without reading the records of their images.
 */
export type TagRecord = {
  readonly createdAt: number;
  readonly image: ImageSummary;
  /** The piece in the byte store that contains the manifest. Missing if the manifest is stored as text in a record. */
  readonly pieces?: readonly [Piece];
};

/**
 * The copy of a small manifest for one tag, with the image that the tag pointed at when the copy was stored. A pull by
 * tag reads the record of the tag and this copy in one call. A list of tags does not read the copies.
 */
export type TagManifestRecord = {
  readonly image: ImageSummary;
  readonly manifest: string;
};

export interface ImageWithTags {
  readonly image: ImageSummary;
  readonly tags: readonly string[];
}

export interface StoredManifest extends ImageSummary {
  readonly bytes: Uint8Array;
}

export const tagPattern = '[a-zA-Z0-9-_.]+';

const tagLike = /^[a-zA-Z0-9\-_.]+$/;

const longestTag = 300;

/** Returns whether AWS accepts a text as an image tag: at most 300 letters, digits, `-`, `_` and `.`. */
export const isTag = (tag: string): boolean => tag.length <= longestTag && tagLike.test(tag);

export const summaryOf = ({
  digest,
  pushedAt,
  size,
  mediaType,
  artifactMediaType,
  subject,
}: ImageSummary): ImageSummary => ({
  digest,
  pushedAt,
  size,
  mediaType,
  ...(artifactMediaType === undefined ? {} : { artifactMediaType }),
  ...(subject === undefined ? {} : { subject }),
});
