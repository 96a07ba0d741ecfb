import { join } from 'node:path';

/**
 * The paths in a folder.
 *
 * ```
 * coracle.json    the version of this layout, written before the rest
 * open.mdb        held open by the one process that uses the folder; beside it LMDB's lock file, open.mdb-lock
 * records.mdb     the records; beside it records.mdb-lock
 * pieces/<id>     the pieces, each whole; a capital letter of an id as _ and the small one
 * incoming/<id>   pieces that are being written, and the like
 * ```
 */
export interface Paths {
  readonly folder: string;
  readonly format: string;
  readonly open: string;
  readonly records: string;
  readonly pieces: string;
  readonly incoming: string;
}

export const pathsIn = (folder: string): Paths => ({
  folder,
  format: join(folder, 'coracle.json'),
  open: join(folder, 'open.mdb'),
  records: join(folder, 'records.mdb'),
  pieces: join(folder, 'pieces'),
  incoming: join(folder, 'incoming'),
});
