import { kindOf } from './domain/text.ts';

/**
 * Creates the error for a name that does not exist, for example `createRegistry has no option 'storag'; did you mean
 * 'storage'?`. If no existing name is similar, the error lists all existing names.
 * @param lacks the start of the error text, for example `createRegistry has no option`
 */
export function unknownWord(lacks: string, word: string, words: readonly string[]): TypeError {
  const near = nearestWord(word, words);
  return new TypeError(`${lacks} '${word}'; ${near ? `did you mean '${near}'?` : `it has ${words.join(', ')}`}`);
}

/** The maximum number of members for which an error text shows the whole object. */
const mostShown = 6;

/**
 * Checks that a value is an object whose members all have known names.
 * @param owner the function or option that takes the object, as error texts name it
 * @param words the known names
 * @param what the word for a member in error texts, such as `option` or `limit`
 * @throws TypeError if a member has an unknown name; the text says this name, and the most similar known name or all
 * known names
 */
export function refuseUnknown(owner: string, given: object, words: readonly string[], what = 'option'): void {
  if (kindOf(given) !== 'Object') {
    const shape = words.length > mostShown ? '' : ` { ${words.join(', ')} }`;
    throw new TypeError(`${owner} takes an object${shape}, not ${kindOf(given)}`);
  }
  const unknown = Object.keys(given).find((word) => !words.includes(word));
  if (unknown !== undefined) throw unknownWord(`${owner} has no ${what}`, unknown, words);
}

/** Returns the word of the list that is most similar to a mistyped word; undefined if no word is similar. */
export function nearestWord(word: string, words: readonly string[]): string | undefined {
  const typed = word.toLowerCase();
  let near: string | undefined;
  // A short word has many neighbours: `foo` is two letters away from `log`.
  let least = 1 + typed.length / 3;
  for (const one of words) {
    const known = one.toLowerCase();
    // A part may be missing, or an ending too much, however long it is: `alias`, `Throttling`, `PutImages`.
    const isPart = typed.length > 2 && (known.includes(typed) || typed.startsWith(known));
    const letters = editDistance(typed, known);
    // One wrong letter is nearer than a missing part: `acces` is rather `access` than `onAccess`.
    const distance = isPart || lettersOf(typed) === lettersOf(known) ? Math.min(letters, 1.5) : letters;
    if (distance < least) [near, least] = [one, distance];
  }
  return near;
}

/**
 * Returns the letters of a word, sorted alphabetically. Two words with the same letters in another order, such as `kye` and
 * `key`, give the same result.
 */
const lettersOf = (word: string): string => [...word].sort().join('');

/**
 * Counts the letters to insert, delete or replace in order to change one word into the other (Levenshtein distance).
 */
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
