import { sameBytes } from '../../storage-kit.ts';
import type { Context } from '../context.ts';
import { collectPieces, putPiece } from '../layers/pieces.ts';
import type { ManifestPlace } from './image.ts';

/** A larger one would outweigh what else is read with it. */
const mostInRecord = 16 * 1024;

/**
 * Stores the bytes of a manifest and returns their place. On a remote storage a small manifest is part of the records:
 * to read a piece would take a round trip more, and if reads lag, a record may be seen before the piece that it names.
 */
export async function placeManifest(context: Context, bytes: Uint8Array): Promise<ManifestPlace> {
  if (bytes.length <= mostInRecord && context.store.remote) {
    const manifest = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
    // What is no UTF-8 would not come back as it was.
    if (sameBytes(new TextEncoder().encode(manifest), bytes)) return { manifest };
  }
  return { pieces: [await putPiece(context, bytes)] };
}

/** The bytes of a manifest; undefined where they are gone, because what named them went meanwhile. */
export function readManifest(context: Context, record: ManifestPlace): Promise<Uint8Array | undefined> {
  return 'manifest' in record
    ? Promise.resolve(new TextEncoder().encode(record.manifest))
    : collectPieces(context, [record.pieces[0]]);
}
