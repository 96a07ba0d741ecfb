import { join } from 'node:path';

/**
 * The paths of the files and folders that a storage keeps in its folder:
 *
 * ```
 * coracle.json    the version of this layout; it is written before all other files
 * open.mdb        an empty database that the process with the open folder keeps locked; its lock file is open.mdb-lock
 * records.mdb     the database of the records; its lock file is records.mdb-lock
 * pieces/<id>     the complete pieces (chunks of content); `_a` in a file name stands for `A` in the id
 * incoming/<id>   the pieces that are being written, and files that test for free disk space
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
