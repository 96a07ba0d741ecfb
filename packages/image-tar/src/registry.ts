import type { CallOptions, Distribution, Place } from '@coracle/core';

/** The content of a blob. */
export interface BlobContent extends AsyncIterable<Uint8Array> {
  /** The size in bytes. Undefined if the size is not known before the content was read. */
  readonly size?: number | undefined;
  /**
   * Reads the content again, from a position on, counted from 0. Undefined if the content can be read only once, because
   * it comes from a stream.
   */
  readonly readFrom?: ((start: number) => AsyncIterable<Uint8Array>) | undefined;
}

/** A blob that was stored. */
interface Stored {
  /** The digest of the content. */
  readonly digest: string;
  /** The size in bytes. */
  readonly size: number;
}

/** An upload whose digest is known at its end. `state` is passed from each call to the next one. */
interface Begun {
  /** The id of the upload. */
  readonly uploadId: string;
  readonly state?: string;
}

/**
 * The methods of `Distribution` that `importImage()` calls. An object of your own with these methods can put images into
 * another registry, for example over HTTP.
 *
 * `checkBlob` throws the RegistryError LayersNotFoundException if the repository does not have the blob. `putBlob` throws
 * the RegistryError InvalidLayerException if the content does not have the digest.
 */
export interface ImageDestination extends Pick<Distribution, 'checkBlob' | 'ensureRepository'> {
  /** Stores a blob whose digest is known. */
  putBlob(at: Place, digest: string, content: BlobContent, options?: CallOptions): Promise<Stored>;
  /** Starts the upload of a blob whose digest is not known yet. */
  startUpload(at: Place, options?: CallOptions): Promise<Begun>;
  /** Appends content to an upload. Returns the size of the upload, and the state for the next call. */
  appendToUpload(
    at: Place,
    upload: Begun,
    content: AsyncIterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<{ readonly size: number; readonly state?: string }>;
  /** Ends an upload. The uploaded bytes become a blob. */
  finishUpload(at: Place, upload: Begun, digest: string, options?: CallOptions): Promise<Stored>;
  /** Deletes an upload and its bytes. */
  cancelUpload(at: Place, uploadId: string, options?: CallOptions): Promise<void>;
  /** Stores a manifest. `reference` is its digest. */
  putManifest(
    at: Place,
    reference: string,
    manifest: {
      readonly bytes: Uint8Array;
      readonly mediaType: string;
      /** The tags that the manifest gets. */
      readonly tags?: readonly string[];
    },
    options?: CallOptions,
  ): Promise<{ readonly digest: string }>;
}

/** The methods of `Distribution` that `exportImage()` calls. */
export interface ImageOrigin extends Pick<Distribution, 'checkBlob'> {
  /** Returns a blob, whose content can be read. */
  getBlob(at: Place, digest: string, options?: CallOptions): Promise<{ read(): AsyncIterable<Uint8Array> }>;
  /** Returns the exact bytes of a manifest. `reference` is its digest or a tag. */
  getManifest(
    at: Place,
    reference: string,
    options?: CallOptions,
  ): Promise<{ readonly digest: string; readonly mediaType: string; readonly bytes: Uint8Array }>;
}
