import type { TarHeader } from 'modern-tar';
import { ImageTarError, invalidArchive, shown } from '../errors.ts';
import { limits } from '../limits.ts';
import { pathOf, targetOf } from './names.ts';

/** An entry of a tar archive that an image can need: a file, or a link to a file. */
export interface TarEntry {
  readonly path: string;
  /** The size of the file in bytes; 0 for a link. */
  readonly size: number;
  /** The path that the link leads to. Undefined for a file. */
  readonly target: string | undefined;
}

/** Checks the entries of one archive, in their order. */
export class EntryCheck {
  #count = 0;
  #last = '';

  /**
   * Returns the entry of a header. Returns undefined for a folder, a device and a fifo, which no image needs.
   * @throws ImageTarError if the name or the link leads out of the archive, or if the archive has too many entries
   */
  next(header: TarHeader): TarEntry | undefined {
    this.#count++;
    if (this.#count > limits.entries) {
      throw new ImageTarError(
        'LIMIT_EXCEEDED',
        `The archive has more than ${limits.entries} entries. An image archive has a few hundred: choose another file`,
      );
    }
    const path = pathOf(header.name);
    this.#last = path;
    if (header.type === 'symlink' || header.type === 'link') {
      return { path, size: 0, target: targetOf(path, header.linkname ?? '', header.type) };
    }
    return header.type === 'file' || header.type === undefined
      ? { path, size: header.size, target: undefined }
      : undefined;
  }

  /** Creates the error of an archive that modern-tar cannot read, and says after which entry. */
  damaged(cause: unknown): ImageTarError {
    const after = this.#count === 0 ? 'at its start' : `after entry ${this.#count}, ${shown(this.#last)}`;
    const reason = cause instanceof Error ? cause.message : String(cause);
    return invalidArchive(
      `The archive is not a valid tar archive ${after}: ${reason} Save the image again, or choose another file`,
      cause,
    );
  }
}
