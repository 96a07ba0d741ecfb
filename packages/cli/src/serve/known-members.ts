import { refuseUnknown } from '@coracle/registry/core';

/**
 * An object with a key for each member of the type `T`. If an object lacks the key of a member, the compiler reports an
 * error.
 */
export type MembersOf<T> = Readonly<Record<keyof T, true>>;

/**
 * Checks that an object has only known members, because a misspelt option would otherwise be ignored.
 * @param what the function or option that takes the object, and the word for its members, such as `['serve()',
 * 'option']`
 * @throws TypeError that names the unknown member and the known member with the most similar name
 */
export function checkMembers(
  [owner, word]: readonly [owner: string, word: string],
  given: object,
  known: Readonly<Record<string, true>>,
): void {
  refuseUnknown(owner, given, Object.keys(known), word);
}
