/**
 * Replacements for the models' patterns that take exponential time on a hostile input. Each is equal to the pattern
 * that it replaces. Error texts still print the model's. `patterns.test.ts` proves that the two agree, and that all
 * others are fast.
 */
const safe = new Map([
  [
    // The optional separator of this pattern may be a letter too, so that a run of letters can be split in 2^n ways.
    '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$',
    '[a-z0-9*]+(?:[._\\-/][a-z0-9*]+)*',
  ],
]);

const compiled = new Map<string, RegExp>();

/** Says whether the whole text matches. Limits on its length must be checked before. */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${safe.get(pattern) ?? pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}
