import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import type { RegistryRecord } from './public.ts';
import { publicRegistry } from './registry.ts';

/** The service model's pattern of a registry alias. */
export const aliasPattern = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/**
 * The account whose public registry has this alias.
 * @param read reads records by their keys, for whoever wants more of them in the same go
 */
export async function accountOfAlias(
  context: Context,
  alias: string,
  read: (keys: readonly string[]) => Promise<(Json | undefined)[]> = (wanted) => context.store.getMany(wanted),
): Promise<string | undefined> {
  if (!aliasPattern.test(alias)) return undefined;
  if (alias === defaultAlias(context.accountId)) return context.accountId;
  const own = keys.registry(publicRegistry(context.accountId).key);
  const [owner, record] = await read([keys.alias(alias), own]);
  if (typeof owner === 'string') return owner;
  const given = alias === context.registryAlias && (record as RegistryRecord | undefined)?.alias === undefined;
  return given ? context.accountId : undefined;
}

/**
 * Eight letters and digits, the first a letter, as AWS assigns them; here they follow from the account,
 * so that an address stays the same when a registry is made anew.
 */
export function defaultAlias(accountId: string): string {
  let state = 0x811c9dc5;
  for (const character of accountId) state = Math.imul(state ^ character.charCodeAt(0), 0x01000193) >>> 0;
  let alias = '';
  for (let i = 0; i < 8; i++) {
    state = (Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) + 0x9e3779b9) >>> 0;
    const alphabet = i === 0 ? 'abcdefghijklmnopqrstuvwxyz' : 'abcdefghijklmnopqrstuvwxyz0123456789';
    alias += alphabet.charAt(state % alphabet.length);
  }
  return alias;
}
