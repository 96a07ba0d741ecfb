/**
 * Patterns of the models that are exponential in the length of a hostile input, with an equal one that is not.
 * Texts keep printing the model's. `patterns.test.ts` proves that the two agree, and that all others are fast.
 */
const safe = new Map([
  [
    // Its optional separator may be a letter too, so that a run of letters can be cut up in 2^n ways.
    '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$',
    '[a-z0-9*]+(?:[._\\-/][a-z0-9*]+)*',
  ],
]);

const compiled = new Map<string, RegExp>();

/** Whether the whole text matches. Limits on its length are to be checked before. */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${safe.get(pattern) ?? pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}
