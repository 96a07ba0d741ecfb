import type { Piece } from '../layers/piece.ts';

/** The part of an image that never changes. */
export type ImageSummary = {
  readonly digest: string;
  readonly pushedAt: number;
  /** The size as the services compute it: config and layers. An image index has the size of its largest image. */
  readonly size: number;
  readonly mediaType: string;
  readonly artifactMediaType?: string;
  readonly subject?: string;
};

/**
 * The place of a manifest's bytes: in the first piece, or as text in the record itself. An image with many mentions has
 * them in a second piece.
 */
export type ManifestPlace = { readonly pieces: readonly [Piece, ...Piece[]] } | { readonly manifest: string };

/** An image: one manifest in one repository. The record changes with its tags, and with the indexes that name it. */
export type ImageRecord = ImageSummary &
  ManifestPlace & {
    readonly tags: number;
    readonly parents: number;
    /** The digests that the manifest mentions, if they are few: config and layers, or the images of an index. */
    readonly mentions?: readonly string[];
  };

/** A tag, with the image that it points at. A list of tags shows both. */
export type TagRecord = {
  readonly createdAt: number;
  readonly image: ImageSummary;
  /** The manifest's piece. It is absent if the manifest is in records. */
  readonly pieces?: readonly [Piece];
};

/**
 * A manifest in a record of its own beside a tag, with the image that the tag pointed at then. A pull reads both at once,
 * and a list of tags reads no manifests.
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

/** Says whether the services accept this text as a tag. */
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
