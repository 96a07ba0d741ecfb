import { refuseUnknown } from '@coracle/registry/core';

/** The names of all members of a type, as an object so that the compiler finds a forgotten one. */
export type MembersOf<T> = Readonly<Record<keyof T, true>>;

/**
 * Checks that an object has only known members, because a misspelt option would be ignored.
 * @param what the function or the option that takes the object, and the word for its members: `['serve()', 'option']`
 * @throws TypeError that names the nearest known member
 */
export function checkMembers(
  [owner, word]: readonly [owner: string, word: string],
  given: object,
  known: Readonly<Record<string, true>>,
): void {
  refuseUnknown(owner, given, Object.keys(known), word);
}
