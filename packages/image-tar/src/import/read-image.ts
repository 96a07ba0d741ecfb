import {
  algorithmOf,
  type Digest,
  isManifestType,
  joinBytes,
  type Place,
  RegistryError,
  readManifest,
  refuseUnknown,
} from '@coracle/core';
import type { BuiltBlob, BuiltImage } from '@coracle/core/testing';
import { digestOf } from '../digest.ts';
import { ImageTarError } from '../errors.ts';
import type { ImageDestination } from '../registry.ts';
import type { ImageSource } from '../source/source.ts';
import { type ImportOptions, importImage } from './import-image.ts';

/** The options of `readImage()`. They mean what the options of `importImage()` mean. */
export type ReadImageOptions = Pick<ImportOptions, 'image' | 'onProgress' | 'signal'>;

const optionNames = ['image', 'onProgress', 'signal'] as const satisfies (keyof ReadImageOptions)[];

/**
 * Reads an image from an archive or a folder into memory, in the form in which `buildImage()` returns images. Tests pass
 * it to `registry.seed({ private: { 'team/web': [{ image: await readImage(archive), tags: ['v1'] }] } })`.
 *
 * All layers are in memory afterwards. `importImage()` puts images of any size into a registry.
 * @throws TypeError if an option or the source is invalid
 * @throws ImageTarError if the archive cannot be read. The message says what is wrong, where, and what to do
 */
export async function readImage(source: ImageSource, options: ReadImageOptions = {}): Promise<BuiltImage> {
  refuseUnknown('readImage', options, optionNames);
  const memory = new Memory();
  const { digest } = await importImage({ distribution: memory }, source, { repository: 'memory', ...options });
  return memory.imageOf(digest);
}

/** Keeps the blobs and the manifests of one image. */
class Memory implements ImageDestination {
  readonly #blobs = new Map<string, Uint8Array>();
  readonly #manifests = new Map<string, { readonly bytes: Uint8Array; readonly mediaType: string }>();
  readonly #uploads = new Map<string, Uint8Array>();
  #lastUpload = 0;

  async ensureRepository(): Promise<void> {}

  async checkBlob(_: Place, digest: string): Promise<{ digest: string; size: number }> {
    const bytes = this.#blobs.get(digest);
    if (bytes) return { digest, size: bytes.length };
    throw new RegistryError('LayersNotFoundException', `The image has no blob ${digest} yet`, 'BLOB_UNKNOWN');
  }

  async putBlob(
    _: Place,
    digest: string,
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ digest: string; size: number }> {
    return this.#keep(digest, await collect(content));
  }

  async startUpload(): Promise<{ uploadId: string }> {
    return { uploadId: String(++this.#lastUpload) };
  }

  async appendToUpload(
    _: Place,
    { uploadId }: { readonly uploadId: string },
    content: AsyncIterable<Uint8Array>,
  ): Promise<{ size: number }> {
    const bytes = await collect(content);
    this.#uploads.set(uploadId, bytes);
    return { size: bytes.length };
  }

  async finishUpload(
    _: Place,
    { uploadId }: { readonly uploadId: string },
    digest: string,
  ): Promise<{ digest: string; size: number }> {
    return this.#keep(digest, this.#uploads.get(uploadId) ?? new Uint8Array());
  }

  async cancelUpload(): Promise<void> {}

  async putManifest(
    _: Place,
    digest: string,
    manifest: { readonly bytes: Uint8Array; readonly mediaType: string },
  ): Promise<{ digest: string }> {
    this.#manifests.set(digest, manifest);
    return { digest };
  }

  imageOf(digest: string): BuiltImage {
    const { bytes, mediaType } = this.#manifests.get(digest) ?? missing(digest);
    const { blobs, children } = readManifest(bytes, mediaType);
    const isImage = (descriptor: { readonly mediaType?: string | undefined }) =>
      isManifestType(descriptor.mediaType ?? '');
    return {
      digest: digest as Digest,
      mediaType,
      manifest: textOf(bytes, digest),
      blobs: [...blobs, ...children.filter((child) => !isImage(child))].map((blob) => this.#blobOf(blob)),
      images: children.filter(isImage).map((child) => this.imageOf(child.digest)),
    };
  }

  #blobOf({ digest, mediaType = '' }: { readonly digest: string; readonly mediaType?: string | undefined }): BuiltBlob {
    return { digest: digest as Digest, mediaType, bytes: this.#blobs.get(digest) ?? missing(digest) };
  }

  async #keep(digest: string, bytes: Uint8Array): Promise<{ digest: string; size: number }> {
    const found = await digestOf(bytes, algorithmOf(digest));
    if (found !== digest) throw new RegistryError('InvalidLayerException', `The digest is ${found}`, 'DIGEST_INVALID');
    this.#blobs.set(digest, bytes);
    return { digest, size: bytes.length };
  }
}

async function collect(content: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const bytes of content) chunks.push(bytes);
  // A copy, because a chunk may be a part of the archive, or a Buffer of Node.
  return new Uint8Array(joinBytes(chunks));
}

/**
 * Returns the text of a manifest. Its bytes are the UTF-8 of this text.
 * @throws ImageTarError `UNSUPPORTED_ARCHIVE` if the manifest is not UTF-8, because the text would have another digest
 */
function textOf(bytes: Uint8Array, digest: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const text = `The manifest ${digest} is not a text in UTF-8: import the image with importImage()`;
    throw new ImageTarError('UNSUPPORTED_ARCHIVE', text, { cause });
  }
}

function missing(digest: string): never {
  throw new Error(`The import has put no content with the digest ${digest}`);
}
