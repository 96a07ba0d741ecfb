import type { Caller } from '../caller.ts';

/** A registry: one public one per account, one private one per account and region. */
export interface RegistryRef {
  readonly kind: 'public' | 'private';
  readonly accountId: string;
  /** The region of the registry. The public registry is reached through us-east-1. */
  readonly region: string;
  /** The part of a storage key that names the registry. */
  readonly key: string;
  /** The name of the registry in error texts: the account, or the alias that the caller wrote. */
  readonly writtenAs: string;
}

const account = /^[0-9]{12}$/;

/** Says whether a text is the id of an account. */
export const isAccount = (text: string): boolean => account.test(text);

export const publicRegistry = (accountId: string, writtenAs = accountId): RegistryRef => ({
  kind: 'public',
  accountId,
  region: 'us-east-1',
  key: `public/${accountId}`,
  writtenAs,
});

export const privateRegistry = (accountId: string, region: string): RegistryRef => ({
  kind: 'private',
  accountId,
  region,
  key: `private/${accountId}/${region}`,
  writtenAs: accountId,
});

export const resolvePrivateRegistry = (caller: Caller, registryId: string | undefined): RegistryRef =>
  privateRegistry(registryId ?? caller.accountId, caller.region);
