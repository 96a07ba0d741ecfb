import type { Piece } from '../layers/piece.ts';

/** What never changes of an image. */
export type ImageSummary = {
  readonly digest: string;
  readonly pushedAt: number;
  /** As the services compute it: config and layers; of a list, its largest image. */
  readonly size: number;
  readonly mediaType: string;
  readonly artifactMediaType?: string;
  readonly subject?: string;
};

/**
 * The place of a manifest's bytes: in the first piece, or in the record itself, as text. An image whose mentions are
 * many has them in a second piece.
 */
export type ManifestPlace = { readonly pieces: readonly [Piece, ...Piece[]] } | { readonly manifest: string };

/** An image: one manifest in one repository. Every change of its tags or of the lists that name it changes it. */
export type ImageRecord = ImageSummary &
  ManifestPlace & {
    readonly tags: number;
    readonly parents: number;
    /** The digests that the manifest mentions, if they are few: config and layers, or the images of a list. */
    readonly mentions?: readonly string[];
  };

/** A tag, with the image that it points at: what a list of tags shows. */
export type TagRecord = {
  readonly createdAt: number;
  readonly image: ImageSummary;
  /** The manifest's piece. If there is none, the manifest is in records. */
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

/** Whether the services take this as the form of a tag. */
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
