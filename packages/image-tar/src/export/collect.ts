import { type CallOptions, isManifestType, type Place, readManifest } from '@coracle/core';
import { blobPath } from '../digest.ts';
import { ImageTarError } from '../errors.ts';
import { limits } from '../limits.ts';
import type { ImageOrigin } from '../registry.ts';
import type { TarFile } from './write-tar.ts';

/** The descriptor of an image, as index.json has it. */
export interface ImageDescriptor {
  readonly mediaType: string;
  readonly digest: string;
  /** The size of the manifest in bytes. */
  readonly size: number;
}

/** A manifest that was added, with its bytes. */
export interface AddedManifest {
  readonly descriptor: ImageDescriptor;
  readonly bytes: Uint8Array;
}

interface Repository {
  readonly distribution: ImageOrigin;
  readonly place: Place;
  readonly call: CallOptions;
}

/** Collects the manifests and the blobs of an image in a repository. */
export class Collector {
  /** The files of the image in an OCI layout, by path. The content of blobs is not read yet. */
  readonly files = new Map<string, TarFile>();
  readonly #repository: Repository;
  #kept = 0;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  /**
   * Adds a manifest, and all manifests and blobs that it names.
   * @param reference a tag or a digest
   * @throws RegistryError if the repository does not have the manifest or one of the blobs
   * @throws ImageTarError `LIMIT_EXCEEDED` if the manifests are too large together, or nested too deeply
   */
  async add(reference: string, depth = 0): Promise<AddedManifest> {
    const { distribution, place, call } = this.#repository;
    const { digest, mediaType, bytes } = await distribution.getManifest(place, reference, call);
    if (depth > limits.indexDepth) throw tooDeep(digest);
    this.#kept += bytes.length;
    if (this.#kept > limits.keptBytes) throw tooMuch(digest);
    const read = async function* () {
      yield bytes;
    };
    this.files.set(blobPath(digest), { path: blobPath(digest), size: bytes.length, read });
    const { children, blobs } = readManifest(bytes, mediaType);
    for (const child of children) {
      if (!isManifestType(child.mediaType ?? '')) await this.#addBlob(child.digest);
      else if (!this.files.has(blobPath(child.digest))) await this.add(child.digest, depth + 1);
    }
    for (const blob of blobs) await this.#addBlob(blob.digest);
    return { descriptor: { mediaType, digest, size: bytes.length }, bytes };
  }

  async #addBlob(digest: string): Promise<void> {
    const path = blobPath(digest);
    if (this.files.has(path)) return;
    const { distribution, place, call } = this.#repository;
    const { size } = await distribution.checkBlob(place, digest, call);
    const read = async function* () {
      yield* (await distribution.getBlob(place, digest, call)).read();
    };
    this.files.set(path, { path, size, read });
  }
}

const tooMuch = (digest: string) =>
  new ImageTarError(
    'LIMIT_EXCEEDED',
    `The manifests of the image index have more than ${limits.keptBytes} bytes together, at ${digest}: export the images one by one`,
  );

const tooDeep = (digest: string) =>
  new ImageTarError(
    'LIMIT_EXCEEDED',
    `The image indexes name each other to a depth of more than ${limits.indexDepth}, at ${digest}: export the images one by one`,
  );
