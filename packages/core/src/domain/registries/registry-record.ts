/** The stored record of a public registry. */
export type RegistryRecord = {
  /**
   * The custom alias. If it is null, the registry has no custom alias, even if the engine's option `registryAlias`
   * names one. If it is undefined, the option `registryAlias` applies.
   */
  readonly alias?: string | null;
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
  readonly displayName?: string;
  /** True if a repository was ever created in the registry. The registry has its default alias since then. */
  readonly opened?: boolean;
};
