import type { AccountIdentity } from '@coracle/core';
import { type AccessKey, type AccessOptions, accountIn, checkPrincipal, type FindKey } from './options.ts';

/**
 * Makes the function that finds an access key in the option `keys`. A list is searched at each call, so that a key that
 * the program removes from the list is gone at the next request.
 */
export function keyFinder(keys: AccessOptions['keys'] = []): FindKey {
  if (typeof keys === 'function') return keys;
  return (accessKeyId) => keys.find((key) => key.accessKeyId === accessKeyId);
}

/**
 * Returns the AWS identity of an access key. By default this is the root of the account that owns the registry.
 * @throws TypeError if the principal of the key, which a function of the program may have returned, is invalid
 */
export function identityOf(key: AccessKey, ownAccount: string): AccountIdentity {
  checkPrincipal('The access key', key);
  const accountId = key.accountId ?? accountIn(key.principal ?? '') ?? ownAccount;
  const { accessKeyId, principal = `arn:aws:iam::${accountId}:root` } = key;
  return { kind: 'account', accountId, arn: principal, accessKeyId };
}
