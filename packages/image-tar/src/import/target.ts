import { type CallOptions, type Place, RegistryError } from '@coracle/core';
import { ImageTarError, mismatch } from '../errors.ts';
import type { ArchiveFile, StoredBlob } from '../formats/files.ts';
import type { PlannedBlob, PlannedManifest, PlannedManifests } from '../formats/plan.ts';
import type { BlobContent, ImageDestination } from '../registry.ts';
import { digestsOf, hashLayer } from './layer-hash.ts';
import { contentOf, watchContent } from './watched.ts';

/** The progress of an import or an export. */
export interface ImageProgress {
  /** The path of the file in the archive whose bytes were moved last. */
  readonly path: string;
  /** The number of bytes that were moved so far. */
  readonly bytes: number;
  /** The number of bytes of the whole image. Undefined while a stream is imported, which states its size last. */
  readonly total: number | undefined;
}

export interface TargetOptions {
  readonly distribution: ImageDestination;
  readonly place: Place;
  readonly call: CallOptions;
  /** Whether to create the repository before the first blob or manifest, if it does not exist. */
  readonly createRepository: boolean;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: ImageProgress) => void) | undefined;
}

/** The repository that an import writes to. */
export class Target {
  readonly #options: TargetOptions;
  #moved = 0;
  #total: number | undefined;
  #exists = false;
  /** The files that are stored or being stored, by path. */
  readonly #stored = new Map<string, Promise<StoredBlob>>();
  /** The first failure. It stops the other blobs that are stored at the same time. */
  readonly #failures: unknown[] = [];

  constructor(options: TargetOptions) {
    this.#options = options;
  }

  /** Sets the number of bytes that `onProgress` reports as the total. */
  expect(total: number): void {
    this.#total = total;
  }

  /**
   * Puts a planned blob into the repository, unless it is there already.
   * @throws ImageTarError `DIGEST_MISMATCH` if the content of the file does not have the planned digest
   */
  async store(blob: PlannedBlob): Promise<StoredBlob> {
    try {
      return await this.#store(blob);
    } catch (error) {
      this.#failures.push(error);
      throw error;
    }
  }

  async #store(blob: PlannedBlob): Promise<StoredBlob> {
    const { file, digest, diffId } = blob;
    const stored = file.stored ?? (await this.#putFile(blob));
    if (digest !== undefined && stored.digest !== digest)
      throw mismatch(file.path, `the digest ${digest}`, `the digest ${stored.digest}`);
    if (diffId !== undefined && stored.diffId !== diffId)
      throw mismatch(file.path, `the diff id ${diffId}`, `the diff id ${stored.diffId}`);
    return stored;
  }

  /**
   * Puts content into the repository as the blob with a digest.
   * @throws ImageTarError `DIGEST_MISMATCH` if the content has another digest
   */
  async putBlob({ path }: Pick<ArchiveFile, 'path'>, digest: string, content: BlobContent): Promise<StoredBlob> {
    const { distribution, place, call } = await this.#ready();
    const watched = this.#watched(path, content);
    try {
      const { size } = await distribution.putBlob(place, digest, watched.content, call);
      return { digest, size, diffId: digest, isGzip: false };
    } catch (error) {
      watched.rethrow();
      if (!RegistryError.is(error) || error.name !== 'InvalidLayerException') throw error;
      throw mismatch(path, `the digest ${digest}`, 'another digest');
    }
  }

  /** Puts content whose digest is not known yet into the repository, as a layer. */
  async putLayer({ path }: Pick<ArchiveFile, 'path'>, content: AsyncIterable<Uint8Array>): Promise<StoredBlob> {
    const { distribution, place, call } = await this.#ready();
    const { uploadId, ...begun } = await distribution.startUpload(place, call);
    const { chunks, digests } = hashLayer(path, content);
    const watched = this.#watched(path, chunks);
    try {
      const upload = { uploadId, ...begun };
      const { size, ...appended } = await distribution.appendToUpload(place, upload, watched.content, call);
      const layer = await digests();
      await distribution.finishUpload(place, { uploadId, ...appended }, layer.digest, call);
      return { ...layer, size };
    } catch (error) {
      // The first failure is the one to report. An upload that could not be cancelled expires.
      await distribution.cancelUpload(place, uploadId, call).catch(() => undefined);
      watched.rethrow();
      throw error;
    }
  }

  /**
   * Puts the manifests of an image into the repository, and the last one also under a tag, if one is given. The signal
   * does not stop this: the repository would have only a part of the image.
   */
  async putManifests({ children, root }: PlannedManifests, tag: string | undefined): Promise<void> {
    const { distribution, place, call } = await this.#ready();
    // Under a tag alone, the registry would store an image under its sha256 digest, even if the archive has sha512.
    const put = ({ digest, mediaType, bytes }: PlannedManifest, tags: readonly string[]) =>
      distribution.putManifest(place, digest, { bytes, mediaType, tags }, call);
    for (const child of children) await put(child, []);
    await put(root, tag === undefined ? [] : [tag]);
  }

  /** Returns what a call needs, unless the signal has aborted. Creates the repository before the first call. */
  async #ready(): Promise<TargetOptions> {
    const { distribution, place, call, createRepository, signal } = this.#options;
    signal?.throwIfAborted();
    if (createRepository && !this.#exists) await distribution.ensureRepository(place, call);
    this.#exists = true;
    return this.#options;
  }

  /** Puts a file into the repository, once. The layers of an image may be in one file, for example empty ones. */
  #putFile({ file, digest, diffId }: PlannedBlob): Promise<StoredBlob> {
    const storing =
      this.#stored.get(file.path) ??
      (digest === undefined ? this.#storeLayer(file, diffId) : this.#putOnce(file, digest));
    this.#stored.set(file.path, storing);
    return storing;
  }

  async #putOnce(file: ArchiveFile, digest: string): Promise<StoredBlob> {
    const { distribution, place, call } = await this.#ready();
    try {
      const { size } = await distribution.checkBlob(place, digest, call);
      if (size === file.size) {
        this.#report(file.path, size);
        return { digest, size, diffId: digest, isGzip: false };
      }
    } catch (error) {
      if (!RegistryError.is(error) || error.name !== 'LayersNotFoundException') throw error;
    }
    // If the sizes differ, the file is damaged, or the registry states a wrong size, which would get into a manifest.
    // The registry finds out when it gets the content.
    return this.putBlob(file, digest, contentOf(file));
  }

  /**
   * Puts a layer into the repository whose digest the archive does not state, unless it is there already. The digest of a
   * layer that is not compressed is its diff id. Other layers are read twice: the first time for their digest.
   */
  async #storeLayer(file: ArchiveFile, diffId = ''): Promise<StoredBlob> {
    const layer = await digestsOf(file, diffId);
    // `store()` reports the difference.
    if (layer.diffId !== diffId) return { ...layer, size: file.size };
    try {
      const { size } = await this.#putOnce(file, layer.digest);
      return { ...layer, size };
    } catch (error) {
      const isMismatch = error instanceof ImageTarError && error.code === 'DIGEST_MISMATCH' && !layer.isGzip;
      throw isMismatch ? mismatch(file.path, `the diff id ${diffId}`, 'another digest') : error;
    }
  }

  #watched(path: string, content: BlobContent) {
    const { signal } = this.#options;
    return watchContent(content, {
      onRead: (bytes) => this.#report(path, bytes),
      check: () => {
        signal?.throwIfAborted();
        if (this.#failures.length > 0) throw this.#failures[0];
      },
    });
  }

  #report(path: string, bytes: number): void {
    this.#moved += bytes;
    this.#options.onProgress?.({ path, bytes: this.#moved, total: this.#total });
  }
}
