/** The stored record of a public registry. */
export type RegistryRecord = {
  /** The custom alias. If it is null, the registry has no custom alias, even if the options of the engine name one. */
  readonly alias?: string | null;
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
  readonly displayName?: string;
  /** Set with the first repository, which gives the registry its default alias. */
  readonly opened?: boolean;
};
