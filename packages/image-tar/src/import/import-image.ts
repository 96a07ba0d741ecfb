import { type CallOptions, isOciTag, type Place, refuseUnknown } from '@coracle/core';
import type { ArchiveFiles } from '../formats/files.ts';
import { selectImage } from '../formats/images.ts';
import { tagIn } from '../formats/names.ts';
import type { Plan, PlannedManifests } from '../formats/plan.ts';
import { placeOf } from '../place.ts';
import type { ImageDestination } from '../registry.ts';
import { type ImageSource, type OpenedSource, openSource } from '../source/source.ts';
import { readHeaders } from '../tar/headers.ts';
import { inParallel } from './in-parallel.ts';
import { storeStream } from './read-stream.ts';
import { type ImageProgress, Target } from './target.ts';

/** The options of `importImage()`. Only `repository` is required. */
export interface ImportOptions {
  /**
   * The repository, which must exist unless `createRepository` is true. A string names it as docker does: `team/web` is
   * a private repository, `<alias>/team/web` with the alias of the public registry is a public one, and the
   * `repositoryUri` of a repository is valid too.
   */
  readonly repository: string | Place;
  /**
   * The tag that the image gets. By default, the image gets the tag of the name that `image` gives, or else the first tag
   * that the archive states. If the archive states none, the image is stored without a tag.
   */
  readonly tag?: string | undefined;
  /**
   * The image to import, if the archive has several: a name such as `team/web:v1`, the digest of a manifest, or the
   * position in the index of the archive, counted from 0.
   */
  readonly image?: string | number | undefined;
  /** Whether to create the repository if it does not exist; false by default. */
  readonly createRepository?: boolean | undefined;
  /** The number of blobs that are stored at the same time; 1 by default. A stream is always stored blob by blob. */
  readonly concurrency?: number | undefined;
  /** Called after each chunk of a blob that was stored. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  /**
   * Aborts the import. The promise then rejects with the reason of the signal, and no manifest is stored. An abort that
   * comes when the blobs are stored, and only the manifests are missing, is too late.
   */
  readonly signal?: AbortSignal | undefined;
  /** Says for whom the registry is called; by default for the program itself. */
  readonly call?: CallOptions | undefined;
}

const optionNames = [
  'repository',
  'tag',
  'image',
  'createRepository',
  'concurrency',
  'onProgress',
  'signal',
  'call',
] as const satisfies (keyof ImportOptions)[];

/** The result of `importImage()`. */
export interface ImportedImage {
  /** The digest of the manifest of the image, or of the image index. */
  readonly digest: string;
  /** The media type of the manifest, or of the image index. */
  readonly mediaType: string;
  /** The tag of the image. Undefined if the image was stored without a tag. */
  readonly tag: string | undefined;
  /** The digests of all manifests: the images that an index names first, and `digest` last. */
  readonly manifests: readonly string[];
}

/**
 * Imports an image from an archive or a folder into a repository. The archive is a tar of `docker save` (old or new
 * form), docker-archive, oci-archive, or an OCI layout, and may be compressed. An image index is imported with all of its
 * images. Manifests keep their bytes and digests.
 *
 * The manifest is stored last, after all blobs were stored and their digests were checked. If the import fails, the
 * repository has no new tag, and no new image either, unless the registry refuses one of the manifests of an image index
 * after it has stored others. Blobs that were stored before the failure are deleted by the garbage collection.
 * @param registry a registry of `createRegistry()`, or an engine of `createEngine()`
 * @param source a Blob, bytes, a stream, or in Node `await fromPath(path)` of `@coracle/registry/image-tar/node`
 * @throws TypeError if an option or the source is invalid
 * @throws ImageTarError if the archive cannot be imported. The message says what is wrong, where, and what to do
 * @throws RegistryError if the registry refuses a call, for example RepositoryNotFoundException
 */
export async function importImage(
  registry: { readonly distribution: ImageDestination },
  source: ImageSource,
  options: ImportOptions,
): Promise<ImportedImage> {
  check(options);
  const { repository, call = {}, signal, onProgress, createRepository = false } = options;
  const { distribution } = registry;
  const target = new Target({ distribution, place: placeOf(repository), call, createRepository, signal, onProgress });
  signal?.throwIfAborted();
  const opened = await openSource(source, signal);
  const files = await filesOf(opened, target, signal);
  const image = await selectImage(files, options.image);
  const plan = await image.plan();
  if (!('chunks' in opened)) target.expect(bytesIn(plan));
  const stored = await inParallel(plan.blobs, options.concurrency ?? 1, (blob) => target.store(blob));
  return putManifests(await plan.manifests(stored), target, options.tag ?? tagIn(image.names));
}

async function filesOf(opened: OpenedSource, target: Target, signal: AbortSignal | undefined): Promise<ArchiveFiles> {
  if ('folder' in opened) return opened.folder;
  return 'archive' in opened ? readHeaders(opened.archive, signal) : storeStream(opened.chunks, target, signal);
}

/** Returns how many bytes an import moves. A file that is several layers of the image is moved once. */
function bytesIn({ blobs }: Plan): number {
  const sizes = new Map(blobs.map(({ file }) => [file.path, file.size]));
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

/** Puts the manifests of an image into the repository, and last the manifest with the tag. */
async function putManifests(
  manifests: PlannedManifests,
  target: Target,
  tag: string | undefined,
): Promise<ImportedImage> {
  await target.putManifests(manifests, tag);
  const { children, root } = manifests;
  const digests = [...children, root].map(({ digest }) => digest);
  return { digest: root.digest, mediaType: root.mediaType, tag, manifests: digests };
}

function check(options: ImportOptions): void {
  refuseUnknown('importImage', options, optionNames);
  if (options.repository === undefined) throw new TypeError("importImage needs the option 'repository'");
  const { concurrency = 1 } = options;
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    throw new TypeError(`The option 'concurrency' must be a whole number above 0, not ${concurrency}`);
  }
  if (options.tag === undefined || isOciTag(options.tag)) return;
  throw new TypeError(
    `The tag '${options.tag}' is invalid: use at most 128 letters, digits, '_', '.' and '-', and begin with neither '.' nor '-'`,
  );
}
