/** What is stored of a public registry. */
export type RegistryRecord = {
  /** The custom alias; null: none, whatever the engine was made with. */
  readonly alias?: string | null;
  readonly aliasStatus?: 'ACTIVE' | 'PENDING' | 'REJECTED';
  readonly verified?: boolean;
  readonly displayName?: string;
  /** Set with the first repository, which gives the registry its default alias. */
  readonly opened?: boolean;
};
