/** The stored record of a public registry. */
export type RegistryRecord = {
  /**
   * The custom alias. If it is null, the registry has no custom alias, even if the engine's option `registryAlias`
   * names one. If it is undefined, the option applies.
   */
  readonly alias?: string | null;
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
  readonly displayName?: string;
  /** True once a repository was created in the registry: from then on, the registry has its default alias. */
  readonly opened?: boolean;
};
