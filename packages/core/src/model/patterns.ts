/**
 * Maps patterns of the service models that take exponential time on a hostile input to equivalent fast patterns. Error
 * texts still print the pattern of the model.
 *
 * `patterns.test.ts` proves that both patterns match the same texts, and that all other patterns of the models are
 * fast.
 */
const safe = new Map([
  [
    // The optional separator of this pattern may be a letter too, so that a run of letters can be split in 2^n ways.
    '^[a-z0-9*](?:[._\\-/a-z0-9*]?[a-z0-9*]+)*$',
    '[a-z0-9*]+(?:[._\\-/][a-z0-9*]+)*',
  ],
]);

const compiled = new Map<string, RegExp>();

/**
 * Says whether the whole text matches a pattern of a service model. The caller must check the limits of its length
 * first.
 */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${safe.get(pattern) ?? pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}
