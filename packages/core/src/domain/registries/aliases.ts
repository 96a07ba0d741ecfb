import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { publicRegistry } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

/** The service model's pattern of a registry alias. */
export const aliasPattern = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Says whether a text can be an alias. */
export const mayBeAlias = (text: string): boolean => aliasPattern.test(text);

/** Says whether an alias is the default one of the engine's own account, which needs no record. */
export const isOwnAlias = (context: Context, alias: string): boolean => alias === defaultAlias(context.accountId);

/**
 * Gives the account whose public registry has this alias.
 * @param owner the record of the alias
 * @param own the record of the public registry of the engine's own account
 */
export function ownerOf(
  context: Context,
  alias: string,
  owner: Json | undefined,
  own: RegistryRecord | undefined,
): string | undefined {
  if (typeof owner === 'string') return owner;
  return alias === context.registryAlias && own?.alias === undefined ? context.accountId : undefined;
}

/** Reads which account's public registry has this alias; undefined if no registry has this alias. */
export async function accountOfAlias(context: Context, alias: string): Promise<string | undefined> {
  if (!mayBeAlias(alias)) return undefined;
  if (isOwnAlias(context, alias)) return context.accountId;
  const own = keys.registry(publicRegistry(context.accountId).key);
  const [owner, record] = await context.store.getMany<Json>([keys.alias(alias), own]);
  return ownerOf(context, alias, owner, record as RegistryRecord | undefined);
}

/**
 * Gives the default alias of an account: eight letters and digits, of which the first is a letter, as AWS assigns them.
 * Here it follows from the account, so that an address stays the same when a registry is made again.
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
