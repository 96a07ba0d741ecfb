import { kindOf } from './domain/text.ts';

/**
 * Makes the error for a word that does not exist: `createRegistry has no option 'storag'; did you mean 'storage'?`. If
 * no word is near, it lists those that exist.
 * @param lacks the start of the sentence: `createRegistry has no option`
 */
export function unknownWord(lacks: string, word: string, words: readonly string[]): TypeError {
  const near = nearestWord(word, words);
  return new TypeError(`${lacks} '${word}'; ${near ? `did you mean '${near}'?` : `it has ${words.join(', ')}`}`);
}

/**
 * Checks that an object has only members that exist.
 * @param owner the function or place that takes the object
 * @throws TypeError that names the nearest right word, or lists those that exist
 */
export function refuseUnknown(owner: string, given: object, words: readonly string[], what = 'option'): void {
  if (kindOf(given) !== 'Object') throw new TypeError(`${owner} takes an object, not ${kindOf(given)}`);
  const unknown = Object.keys(given).find((word) => !words.includes(word));
  if (unknown !== undefined) throw unknownWord(`${owner} has no ${what}`, unknown, words);
}

/** Finds the word that was probably meant; undefined if no word is near. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let near: string | undefined;
  // A short word has many neighbours: `foo` is two letters away from `log`.
  let least = 1 + typed.length / 3;
  for (const one of words) {
    const known = one.toLowerCase();
    // A part may be missing, or an ending too much, however long it is: `alias`, `Throttling`, `PutImages`.
    const isPart = typed.length > 2 && (known.includes(typed) || typed.startsWith(known));
    const distance = isPart ? 1 : editDistance(typed, known);
    if (distance < least) [near, least] = [one, distance];
  }
  return near;
}

/** Counts the letters to insert, delete or replace in order to make one word into the other (Levenshtein). */
function editDistance(from: string, to: string): number {
  let row = Array.from(`${to}.`, (_, i) => i);
  for (const letter of from) {
    let [before = 0, left = 0] = [row[0], (row[0] ?? 0) + 1];
    row = row.map((above, i) => {
      if (i > 0) left = Math.min(left + 1, above + 1, before + (letter === to[i - 1] ? 0 : 1));
      before = above;
      return left;
    });
  }
  return row.at(-1) ?? 0;
}
