/**
 * This file has the limits of Amazon ECR Public and Amazon ECR, with their sources. `createEngine({ limits })` can
 * change each limit.
 */

const MiB = 1024 * 1024;
const hour = 60 * 60 * 1000;

/** The quotas of one kind of registry, public or private. Each quota is a maximum number. */
export interface Quotas {
  /** The maximum number of repositories in a registry. */
  readonly repositoriesPerRegistry: number;
  /** The maximum number of images in a repository, with or without tags. */
  readonly imagesPerRepository: number;
  readonly tagsPerImage: number;
  /** The maximum number of layers in one manifest. The config of a manifest does not count as a layer. */
  readonly layersPerImage: number;
  /** The maximum number of parts of one upload with UploadLayerPart. */
  readonly partsPerLayer: number;
  /** The maximum number of resource tags on a repository. */
  readonly tagsPerResource: number;
}

export interface Limits {
  readonly public: Quotas;
  readonly private: Quotas;
  /** The minimum size in bytes of each part of an upload except the last part. CompleteLayerUpload checks this size. */
  readonly minPartBytes: number;
  /** The part size in bytes that InitiateLayerUpload recommends. */
  readonly advisedPartBytes: number;
  /** The maximum size of a manifest in bytes. */
  readonly manifestBytes: number;
  /**
   * The maximum number of parts of one upload at `/v2/`. A request with up to 8 MiB of content counts as one part, a
   * request with up to 16 MiB as two parts, and so on.
   */
  readonly partsPerUpload: number;
  /** The maximum number of open uploads in a repository at the same time. */
  readonly openUploads: number;
  /** The time after which an upload expires, in milliseconds from the start of the upload. */
  readonly uploadLifetime: number;
  /** The time in milliseconds after which an upload expires if the client sends no new content. */
  readonly uploadIdleTime: number;
  /** The time until an authorization token expires, in milliseconds. */
  readonly tokenLifetime: number;
}

/** The limits that `createEngine({ limits })` accepts. A limit that is not given has the value of AWS. */
export interface LimitOptions extends Partial<Omit<Limits, 'public' | 'private'>> {
  readonly public?: Partial<Quotas>;
  readonly private?: Partial<Quotas>;
}

/**
 * The default limits, which are the quotas of AWS ("Amazon ECR Public service quotas" in the Amazon ECR Public User
 * Guide, and "Amazon ECR service quotas" in the Amazon ECR User Guide).
 */
export const awsLimits: Limits = {
  public: {
    repositoriesPerRegistry: 10_000,
    imagesPerRepository: 100_000,
    tagsPerImage: 1_000,
    // This is not documented; 500 was measured on the private service.
    layersPerImage: 500,
    partsPerLayer: 1_000,
    tagsPerResource: 50,
  },
  private: {
    repositoriesPerRegistry: 100_000,
    imagesPerRepository: 100_000,
    tagsPerImage: 1_000,
    layersPerImage: 500,
    partsPerLayer: 4_200,
    tagsPerResource: 50,
  },
  minPartBytes: 5 * MiB,
  advisedPartBytes: 10 * MiB,
  // This is the service model's maximum of ImageManifest.
  manifestBytes: 4 * MiB,
  // AWS does not document these two limits. They prevent that a request costs more than its size, and that a client
  // fills the storage with uploads that are never completed.
  partsPerUpload: 10_000,
  openUploads: 10_000,
  // This is not documented: uploads are cleaned up "after some time".
  uploadLifetime: 24 * hour,
  uploadIdleTime: hour,
  tokenLifetime: 12 * hour,
};

export function withLimits(options: LimitOptions = {}): Limits {
  return {
    ...withDefaults(awsLimits, options),
    public: withDefaults(awsLimits.public, options.public),
    private: withDefaults(awsLimits.private, options.private),
  };
}

/** Returns an object with the members of `given`, and with the members of `defaults` that `given` does not define. */
function withDefaults<T extends object>(defaults: T, given: object = {}): T {
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
