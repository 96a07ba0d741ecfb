import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import { idsPerRecord } from '../next-turn.ts';
import { parseJson } from '../text.ts';
import type { ImageRecord, ManifestPlace } from './image.ts';
import { type Manifest, parseManifest } from './manifest.ts';
import { readManifest } from './manifest-place.ts';

/** The mentions of an image are kept at its push, so that neither the collector nor a deletion parses manifests. */

/** The maximum number of digests in the record of an image, which stays well under 60 KiB with them. */
const mostInRecord = 200;

const mentionsOf = (manifest: Manifest): readonly string[] =>
  (manifest.isList ? manifest.children : manifest.blobs).map(({ digest }) => digest);

/** Adds the manifest's mentions to its place: as a member of the record or, if there are many, as a second piece. */
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

/** Gives the digests that an image mentions; `undefined` if they were deleted with the image meanwhile. */
export async function readMentions(context: Context, image: ImageRecord): Promise<readonly string[] | undefined> {
  if (image.mentions) return image.mentions;
  const second = 'pieces' in image ? image.pieces[1] : undefined;
  if (second) {
    const bytes = await collectPieces(context, [second]);
    return bytes && (parseJson(decodeUtf8(bytes)) as readonly string[]);
  }
  // The image was stored before mentions were kept.
  const bytes = await readManifest(context, image);
  return bytes && mentionsOf(parseManifest(bytes, image.mediaType));
}

/** The number of bytes whose parsing is as much work as reading a record. */
const bytesPerRecord = 1000;

/** Gives the work that the mentions of an image cause, counted in records of a list. */
export function mentionsWeight(image: ImageRecord): number {
  if (image.mentions) return 1 + image.mentions.length / idsPerRecord;
  const bytes = 'pieces' in image ? (image.pieces[1] ?? image.pieces[0])[1] : image.manifest.length;
  return 1 + bytes / bytesPerRecord;
}
