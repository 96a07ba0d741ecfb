import type { Caller } from '../caller.ts';

/** A reference to a registry. Each account has one public registry, and one private registry in each region. */
export interface RegistryRef {
  readonly kind: 'public' | 'private';
  readonly accountId: string;
  /** The AWS region of the registry. It is us-east-1 for each public registry. */
  readonly region: string;
  /** The part of storage keys that identifies the registry, such as `public/123456789012`. */
  readonly key: string;
  /** The name of the registry in error texts: the account id, or the alias that the caller used. */
  readonly writtenAs: string;
}

const account = /^[0-9]{12}$/;

/** Returns whether a text has the form of an AWS account id: 12 digits. */
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
