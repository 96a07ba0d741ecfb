import { type CallOptions, type Place, refuseUnknown } from '@coracle/core';
import { nameAnnotations, tagIn } from '../formats/names.ts';
import type { ImageProgress } from '../import/target.ts';
import { placeOf } from '../place.ts';
import type { ImageOrigin } from '../registry.ts';
import { Collector } from './collect.ts';
import { dockerList } from './docker-list.ts';
import { type TarFile, tarOf } from './write-tar.ts';

/** The options of `exportImage()`. */
export interface ExportOptions {
  /** The repository, in the forms that `importImage()` takes. */
  readonly repository: string | Place;
  /** The tag or the digest of the image. */
  readonly reference: string;
  /**
   * The name of the image in index.json, as the annotation `org.opencontainers.image.ref.name`. The default is
   * `reference` if it is a tag. If it is a digest, the image has no name by default.
   *
   * A name with a `/`, such as `registry.example.com/team/web:v1`, is the whole name of the image. It is written as
   * `docker save` writes it: the tag as above, and the whole name as the annotation `io.containerd.image.name`. After
   * `podman load` the image then has its whole name. Without it, podman takes the tag for the name of the repository.
   */
  readonly name?: string | undefined;
  /** Called after each chunk that was written into the stream. */
  readonly onProgress?: ((progress: ImageProgress) => void) | undefined;
  /** Aborts the export. The stream then fails with the reason of the signal. */
  readonly signal?: AbortSignal | undefined;
  /** Says for whom the registry is called; by default for the program itself. */
  readonly call?: CallOptions | undefined;
}

const optionNames = [
  'repository',
  'reference',
  'name',
  'onProgress',
  'signal',
  'call',
] as const satisfies (keyof ExportOptions)[];

/**
 * Exports an image, or an image index with all of its images, as a tar with an OCI layout (OCI image specification,
 * image-layout.md). skopeo and podman read it as `oci-archive:`. Two exports of the same image have the same bytes.
 *
 * Only the manifests are read before the promise resolves. Layers are read while the stream is read.
 * @returns a stream of the bytes of the tar
 * @throws TypeError if an option is invalid
 * @throws RegistryError if the repository does not have the image or one of its blobs
 */
export async function exportImage(
  registry: { readonly distribution: ImageOrigin },
  options: ExportOptions,
): Promise<ReadableStream<Uint8Array>> {
  refuseUnknown('exportImage', options, optionNames);
  for (const name of ['repository', 'reference'] as const) {
    if (options[name] === undefined) throw new TypeError(`exportImage needs the option '${name}'`);
  }
  const { repository, reference, call = {}, signal, onProgress } = options;
  signal?.throwIfAborted();
  const collector = new Collector({ distribution: registry.distribution, place: placeOf(repository), call });
  const { descriptor, bytes } = await collector.add(reference);
  const name = options.name ?? (reference.includes(':') ? undefined : reference);
  const annotations = name === undefined ? {} : { annotations: namesOf(name) };
  const index = { schemaVersion: 2, manifests: [{ ...descriptor, ...annotations }] };
  const blobs = [...collector.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const list = dockerList(bytes, name?.includes('/') ? name : undefined);
  const files = [
    fileOf('oci-layout', { imageLayoutVersion: '1.0.0' }),
    fileOf('index.json', index),
    ...(list ? [fileOf('manifest.json', list)] : []),
    ...blobs,
  ];
  const total = files.reduce((sum, { size }) => sum + size, 0);
  let moved = 0;
  const onChunk = ({ path }: TarFile, bytes: number) => {
    moved += bytes;
    onProgress?.({ path, bytes: moved, total });
  };
  return tarOf(files, { onChunk, signal });
}

/** Returns the annotations that name an image. skopeo finds an image by the first one, and podman names it by the second. */
function namesOf(name: string): Readonly<Record<string, string>> {
  const [byTag, byName] = nameAnnotations;
  const isWhole = name.includes('/');
  const tag = isWhole ? tagIn([name]) : name;
  return { ...(tag === undefined ? {} : { [byTag]: tag }), ...(isWhole ? { [byName]: name } : {}) };
}

function fileOf(path: string, content: object): TarFile {
  const bytes = new TextEncoder().encode(JSON.stringify(content));
  const read = async function* () {
    yield bytes;
  };
  return { path, size: bytes.length, read };
}
