/** Every limit of the two services, with its source. All can be set through `createEngine({ limits })`. */

const MiB = 1024 * 1024;
const hour = 60 * 60 * 1000;

/** The quotas of one kind of registry. Sizes are bytes, times are milliseconds. */
export interface Quotas {
  /** Repositories in a registry. */
  readonly repositoriesPerRegistry: number;
  /** Images, tagged or not, in a repository. */
  readonly imagesPerRepository: number;
  readonly tagsPerImage: number;
  /** Layers that one manifest may list. Its config is not counted. */
  readonly layersPerImage: number;
  /** Parts of one upload. */
  readonly partsPerLayer: number;
  /** Resource tags on a repository. */
  readonly tagsPerResource: number;
}

export interface Limits {
  readonly public: Quotas;
  readonly private: Quotas;
  /** The minimum size of all parts of an upload except the last. It is checked when the upload is completed. */
  readonly minPartBytes: number;
  /** The part size that InitiateLayerUpload recommends. */
  readonly advisedPartBytes: number;
  /** The largest manifest. */
  readonly manifestBytes: number;
  /** Parts of an upload at `/v2/`: each request that brings content stores one, and one more for each 8 MiB. */
  readonly partsPerUpload: number;
  /** Uploads that are open in a repository at once. */
  readonly openUploads: number;
  /** The maximum time that an upload may stay open. */
  readonly uploadLifetime: number;
  /** The maximum time that an upload may store nothing and stay open. */
  readonly uploadIdleTime: number;
  /** The time until an authorization token expires. */
  readonly tokenLifetime: number;
}

/** The limits that `createEngine({ limits })` accepts. Those that are not given stay as AWS has them. */
export interface LimitOptions extends Partial<Omit<Limits, 'public' | 'private'>> {
  readonly public?: Partial<Quotas>;
  readonly private?: Partial<Quotas>;
}

/** The limits of AWS: "Amazon ECR Public service quotas" and "Amazon ECR service quotas" in the user guides. */
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
  // These are Coracle's own: no request may cost more than its size, and nobody may fill the store with uploads that
  // are never completed.
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

/** Fills in defaults. A member that is given as undefined keeps its default. */
function withDefaults<T extends object>(defaults: T, given: object = {}): T {
  return { ...defaults, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}
