/**
 * Imports images from the tars of docker, podman and skopeo into a registry, and exports images as tars. The functions
 * run in Node, in pages and in Workers. `@coracle/registry/image-tar/node` opens files and folders in Node.
 */

export { ImageTarError, type ImageTarErrorCode } from './errors.ts';
export { type ExportOptions, exportImage } from './export/export-image.ts';
export { type ImportedImage, type ImportOptions, importImage } from './import/import-image.ts';
export { type ReadImageOptions, readImage } from './import/read-image.ts';
export type { ImageProgress } from './import/target.ts';
export type { BlobContent, ImageDestination, ImageOrigin } from './registry.ts';
export type { ImageFile, ImageFolder, ImageSource, RandomAccess } from './source/source.ts';
