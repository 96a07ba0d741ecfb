import type { AccountIdentity } from '@coracle/core';
import type { AccessKey, AccessOptions, FindKey } from './options.ts';

/** Makes the function that finds an access key in the option `keys`. */
export function keyFinder(keys: AccessOptions['keys'] = []): FindKey {
  if (typeof keys === 'function') return keys;
  const byId = new Map(keys.map((key) => [key.accessKeyId, key]));
  return (accessKeyId) => byId.get(accessKeyId);
}

/** Returns the AWS identity of an access key. By default this is the root of the account that owns the registry. */
export function identityOf(key: AccessKey, ownAccount: string): AccountIdentity {
  const { accessKeyId, accountId = ownAccount, principal = `arn:aws:iam::${accountId}:root` } = key;
  return { kind: 'account', accountId, arn: principal, accessKeyId };
}
