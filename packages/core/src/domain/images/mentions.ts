import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import { idsPerRecord } from '../next-turn.ts';
import { parseJson } from '../text.ts';
import type { ImageRecord, ManifestPlace } from './image.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { readManifest } from './manifest-place.ts';

// The mentions of an image are the digests that its manifest names. They are stored when the image is pushed, so that
// neither the garbage collector nor a deletion has to parse manifests.

/**
 * The maximum number of digests that are stored in the `mentions` of an image record. With that many digests, the
 * record is well under 60 KiB.
 */
const mostInRecord = 200;

const mentionsOf = (manifest: Manifest): readonly string[] =>
  (manifest.isList ? manifest.children : manifest.blobs).map(({ digest }) => digest);

/**
 * Returns `place` together with the digests that the manifest names. Up to 200 digests are returned as `mentions`. If
 * there are more digests and the manifest is in the byte store, the digests are stored there as well, as the second of
 * `pieces`.
 */
export async function placeMentions<T extends ManifestPlace>(
  context: Context,
  manifest: Manifest,
  place: T,
): Promise<ManifestPlace & Pick<ImageRecord, 'mentions'>> {
  const mentions = mentionsOf(manifest);
  if (mentions.length <= mostInRecord || 'manifest' in place) return { ...place, mentions };
  const piece = await putPiece(context, encodeUtf8(JSON.stringify(mentions)));
  return { pieces: [place.pieces[0], piece] };
}

/**
 * Returns the digests that an image names: of its config and layers or, for an image index, of its images. Returns
 * undefined if the image was deleted during the call.
 */
export async function readMentions(context: Context, image: ImageRecord): Promise<readonly string[] | undefined> {
  if (image.mentions) return image.mentions;
  const second = 'pieces' in image ? image.pieces[1] : undefined;
  if (second) {
    const bytes = await collectPieces(context, [second]);
    return bytes && (parseJson(decodeUtf8(bytes)) as readonly string[]);
  }
  // An early version of Coracle stored the image, without its mentions.
  const bytes = await readManifest(context, image);
  return bytes && mentionsOf(parseManifest(bytes, image.mediaType));
}

/** A number of bytes. Parsing a JSON text of that size takes as much work as reading one record from the storage. */
const bytesPerRecord = 1000;

/** Estimates the work to read the digests that an image names. The unit is the work to read one record. */
export function mentionsWeight(image: ImageRecord): number {
  if (image.mentions) return 1 + image.mentions.length / idsPerRecord;
  const bytes = 'pieces' in image ? (image.pieces[1] ?? image.pieces[0])[1] : image.manifest.length;
  return 1 + bytes / bytesPerRecord;
}
