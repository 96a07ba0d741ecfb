import { keys } from '../../storage/keys.ts';
import type { Json } from '../../storage/port.ts';
import type { Context } from '../context.ts';
import { publicRegistry } from './registry.ts';
import type { RegistryRecord } from './registry-record.ts';

/** The pattern of a registry alias in the service model of ECR Public. */
export const aliasPattern = /^[a-z][a-z0-9]+(?:[._-][a-z0-9]+)*$/;

/** Returns whether a text has the form of a registry alias. */
export const mayBeAlias = (text: string): boolean => aliasPattern.test(text);

/**
 * Returns whether an alias is the default alias of the engine's own account. No record of this alias exists, because
 * the alias is computed from the account id.
 */
export const isOwnAlias = (context: Context, alias: string): boolean => alias === defaultAlias(context.accountId);

/**
 * Returns the account whose public registry has this alias. Returns undefined if no registry has this alias.
 * @param owner the stored record of the alias; undefined if it does not exist
 * @param own the stored record of the public registry of the engine's own account; undefined if it does not exist
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

/**
 * Returns the id of the account whose public registry has this alias. Returns undefined if no registry has this alias.
 */
export async function accountOfAlias(context: Context, alias: string): Promise<string | undefined> {
  if (!mayBeAlias(alias)) return undefined;
  if (isOwnAlias(context, alias)) return context.accountId;
  const own = keys.registry(publicRegistry(context.accountId).key);
  const [owner, record] = await context.store.getMany<Json>([keys.alias(alias), own]);
  return ownerOf(context, alias, owner, record as RegistryRecord | undefined);
}

/**
 * Returns the default alias of an account's public registry: eight letters and digits of which the first is a letter,
 * like the aliases that AWS assigns.
 *
 * Coracle computes the alias from the account id, so that addresses stay the same when a registry is created again.
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
