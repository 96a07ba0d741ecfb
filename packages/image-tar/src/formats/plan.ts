import type { ArchiveFile, StoredBlob } from './files.ts';

/** A blob that an import puts into the repository before the manifests. */
export interface PlannedBlob {
  readonly file: ArchiveFile;
  /** The digest that the file must have. Undefined for a layer of docker-archive, which states only `diffId`. */
  readonly digest?: string;
  /** The digest that the content must have after decompression, as the config states it in `rootfs.diff_ids`. */
  readonly diffId?: string;
}

export interface PlannedManifest {
  readonly digest: string;
  readonly mediaType: string;
  /** The bytes of the manifest, unchanged. */
  readonly bytes: Uint8Array;
}

/** The manifests of an image: its own one, and the ones that it names if it is an image index. */
export interface PlannedManifests {
  /** The manifests that an index names, in an order in which each one follows after those that it names. */
  readonly children: readonly PlannedManifest[];
  readonly root: PlannedManifest;
}

/** The blobs and the manifests of an image, in the order in which an import puts them into a repository. */
export interface Plan {
  readonly blobs: readonly PlannedBlob[];
  /** Returns the manifests. `stored` are the blobs in the repository, in the order of `blobs`. */
  manifests(stored: readonly StoredBlob[]): Promise<PlannedManifests>;
}

/** An image that the index of an archive names. */
export interface ArchiveImage {
  /** The names of the image, such as `v1` or `docker.io/library/alpine:3.22`. */
  readonly names: readonly string[];
  /** The digest of the manifest, if the archive states it. docker-archive does not. */
  readonly digest?: string;
  /** The platform of the image, such as `linux/arm64/v8`, if the index states it. */
  readonly platform?: string;
  /**
   * Reads the manifests and configs of the image, and checks that the archive has all of its blobs.
   * @throws ImageTarError if a file is missing, or if a manifest does not have its digest or is invalid
   */
  plan(): Promise<Plan>;
}
