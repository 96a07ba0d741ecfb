import type { AccountIdentity } from '@coracle/core';
import { type AccessKey, type AccessOptions, accountIn, checkKey, type FindKey } from './options.ts';

/**
 * Makes the function that finds an access key in the option `keys`. A list is searched at each call, so that a key that
 * the program removes from the list is gone at the next request.
 *
 * The function throws a TypeError if the access key that it has found is invalid.
 */
export function keyFinder(keys: AccessOptions['keys'] = []): FindKey {
  return async (accessKeyId) => {
    const isFunction = typeof keys === 'function';
    const found = isFunction ? await keys(accessKeyId) : keys.find((key) => key.accessKeyId === accessKeyId);
    // A database may find null.
    if (!found) return undefined;
    checkKey(`access.keys${isFunction ? '(accessKeyId)' : `[${keys.indexOf(found)}]`}`, found);
    return found;
  };
}

/** Returns the AWS identity of an access key. By default this is the root of the account that owns the registry. */
export function identityOf(key: AccessKey, ownAccount: string): AccountIdentity {
  const accountId = key.accountId ?? accountIn(key.principal ?? '') ?? ownAccount;
  const { accessKeyId, principal = `arn:aws:iam::${accountId}:root` } = key;
  return { kind: 'account', accountId, arn: principal, accessKeyId };
}
