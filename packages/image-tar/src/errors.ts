/**
 * The kind of an `ImageTarError`:
 *
 * - `INVALID_ARCHIVE`: the source is not an image archive, or it is damaged
 * - `UNSUPPORTED_ARCHIVE`: this platform or this package cannot read the compression or the format of the archive
 * - `LIMIT_EXCEEDED`: the archive exceeds a limit of this package
 * - `MISSING_BLOB`: the archive lacks a file that its index, a manifest or a link names
 * - `DIGEST_MISMATCH`: the bytes of a file do not have the digest or the size that the archive states
 * - `IMAGE_NOT_FOUND`: the archive has no image that the option `image` names
 * - `IMAGE_AMBIGUOUS`: the archive has several images, and the option `image` does not select one of them
 */
export type ImageTarErrorCode =
  | 'INVALID_ARCHIVE'
  | 'UNSUPPORTED_ARCHIVE'
  | 'LIMIT_EXCEEDED'
  | 'MISSING_BLOB'
  | 'DIGEST_MISMATCH'
  | 'IMAGE_NOT_FOUND'
  | 'IMAGE_AMBIGUOUS';

/**
 * The error of an archive that cannot be imported. The message says what is wrong, in which file of the archive, and
 * what to do. Errors of the registry, such as RepositoryNotFoundException, are not of this class.
 */
export class ImageTarError extends Error {
  /** The kind of the error, for programs. */
  readonly code: ImageTarErrorCode;
  override readonly name = 'ImageTarError';

  constructor(code: ImageTarErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The maximum number of characters of a name in an error text. A longer name is cut. */
const maxShown = 120;

/** Returns a name from an archive in the form in which error texts quote it: in quotes, escaped, and cut. */
export function shown(name: string): string {
  const text = JSON.stringify(name.length > maxShown ? `${name.slice(0, maxShown)}…` : name);
  return `'${text.slice(1, -1)}'`;
}

/** Creates the error of an archive that is damaged, or that is not an image archive. */
export const invalidArchive = (message: string, cause?: unknown): ImageTarError =>
  new ImageTarError('INVALID_ARCHIVE', message, cause === undefined ? undefined : { cause });

/**
 * Creates the error of a file that the archive names but does not contain. `by` is the file that names it, and `advice`
 * says what to do.
 */
export const missingFile = (path: string, by: string, advice = 'Save the image again'): ImageTarError =>
  new ImageTarError('MISSING_BLOB', `The archive has no file ${shown(path)}, which ${by} names. ${advice}`);

/** Creates the error of a file that does not have the digest or the size that the archive states. */
export const mismatch = (path: string, stated: string, found: string): ImageTarError =>
  new ImageTarError(
    'DIGEST_MISMATCH',
    `The file ${shown(path)} of the archive should have ${stated}, but it has ${found}. The archive is damaged: save the image again`,
  );
