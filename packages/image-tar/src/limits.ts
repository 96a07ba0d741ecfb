const MiB = 1024 * 1024;

/** The limits of an archive. They are far above the needs of real images, and bound the memory of an import. */
export const limits = {
  /** The maximum number of entries of an archive: files, folders and links. */
  entries: 100_000,
  /** The maximum number of characters of a path in an archive. */
  pathLength: 4096,
  /** The maximum size in bytes of index.json, of manifest.json, of a manifest and of a config of docker-archive. */
  documentBytes: 4 * MiB,
  /** The maximum size in bytes of all manifests and configs that an import keeps in memory at once. */
  keptBytes: 32 * MiB,
  /** The maximum number of links that lead to one file. */
  links: 16,
  /** The maximum depth to which image indexes name each other. */
  indexDepth: 16,
  /** The limits of a JSON document, as the engine has them for manifests. */
  json: { depth: 64, values: 250_000 },
} as const;
