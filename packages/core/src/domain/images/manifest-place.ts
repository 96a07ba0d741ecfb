import { sameBytes } from '../../storage-kit.ts';
import { decodeUtf8, encodeUtf8 } from '../../utf8.ts';
import type { Context } from '../context.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import type { ManifestPlace } from './image.ts';

/**
 * The maximum size in bytes of a manifest that is stored in a record. A larger manifest is stored in the byte store, so
 * that records stay small.
 */
const mostInRecord = 16 * 1024;

/**
 * Stores the bytes of a manifest, and returns the place where they are. On a remote storage, a manifest of up to 16 KiB
 * is not stored in the byte store: it is returned as text, and the caller writes it into records.
 *
 * A manifest in the byte store would take one more round trip to read. If the reads of the storage lag behind writes,
 * its bytes may also become visible later than the record that names them.
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
 * Reads the bytes of a manifest. Returns undefined if the bytes no longer exist, because the record that named them was
 * deleted during the call.
 */
export function readManifest(context: Context, record: ManifestPlace): Promise<Uint8Array | undefined> {
  return 'manifest' in record
    ? Promise.resolve(encodeUtf8(record.manifest))
    : collectPieces(context, [record.pieces[0]]);
}
