import { sameBytes } from '../../storage-kit.ts';
import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import type { ManifestPlace } from './image.ts';

/** The largest manifest in a record, in bytes. A larger one would outweigh the other data that is read with it. */
const mostInRecord = 16 * 1024;

/**
 * Stores the bytes of a manifest and returns their place. On a remote storage a small manifest is part of the records.
 * Reading a piece would take one more round trip, and if reads lag, a record may be seen before the piece that it
 * names.
 */
export async function placeManifest(context: Context, bytes: Uint8Array): Promise<ManifestPlace> {
  if (bytes.length <= mostInRecord && context.store.remote) {
    const manifest = decodeUtf8(bytes, { ignoreBOM: true });
    // Bytes that are not valid UTF-8 would not come back unchanged.
    if (sameBytes(encodeUtf8(manifest), bytes)) return { manifest };
  }
  return { pieces: [await putPiece(context, bytes)] };
}

/**
 * Reads the bytes of a manifest; undefined if they are gone, because the record that named them was deleted meanwhile.
 */
export function readManifest(context: Context, record: ManifestPlace): Promise<Uint8Array | undefined> {
  return 'manifest' in record
    ? Promise.resolve(encodeUtf8(record.manifest))
    : collectPieces(context, [record.pieces[0]]);
}
