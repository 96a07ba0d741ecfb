import { ImageTarError, invalidArchive, missingFile, shown } from '../errors.ts';
import { limits } from '../limits.ts';

/** The files and links of an archive, by path. */
export class FileTable<File> {
  readonly #entries = new Map<string, { readonly file: File } | { readonly target: string }>();

  /**
   * Adds a file.
   * @throws ImageTarError `INVALID_ARCHIVE` if the archive already has an entry with this path
   */
  add(path: string, file: File): void {
    this.#put(path, { file });
  }

  /**
   * Adds a link to the path `target`, which may follow later or be missing.
   * @throws ImageTarError `INVALID_ARCHIVE` if the archive already has an entry with this path
   */
  link(path: string, target: string): void {
    this.#put(path, { target });
  }

  /**
   * Returns the file with a path, if the archive has it. Follows links.
   * @throws ImageTarError `MISSING_BLOB` if a link leads to a missing file; `INVALID_ARCHIVE` if links form a circle
   */
  find(path: string): File | undefined {
    let at = path;
    for (let links = 0; links <= limits.links; links++) {
      const entry = this.#entries.get(at);
      if (entry === undefined && links > 0) throw missingFile(at, `the link ${shown(path)}`);
      if (entry === undefined || 'file' in entry) return entry?.file;
      at = entry.target;
    }
    throw invalidArchive(
      `The link ${shown(path)} leads through more than ${limits.links} links, or in a circle: save the image again`,
    );
  }

  #put(path: string, entry: { readonly file: File } | { readonly target: string }): void {
    if (this.#entries.has(path)) {
      throw new ImageTarError(
        'INVALID_ARCHIVE',
        `The archive has two entries with the name ${shown(path)}, and it is unclear which one counts: save the image again`,
      );
    }
    this.#entries.set(path, entry);
  }
}
