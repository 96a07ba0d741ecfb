import { nearestWord } from '../nearest-word.ts';

/** The names of all members of a type, as an object so that the compiler finds a forgotten one. */
export type MembersOf<T> = Readonly<Record<keyof T, true>>;

/**
 * Checks that an object has only known members, because a misspelt option would be ignored.
 * @param what begins the sentence: `serve() has no option`
 * @throws TypeError that names the nearest known member
 */
export function checkMembers(what: string, given: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(known, name));
  if (unknown === undefined) return;
  const names = Object.keys(known);
  const nearest = nearestWord(unknown, names);
  throw new TypeError(
    `${what} '${unknown}'${nearest === undefined ? `; it has ${names.join(', ')}` : `: did you mean '${nearest}'?`}`,
  );
}
