/**
 * Maps a slow pattern of the AWS models to a fast pattern that matches the same texts. A slow pattern takes exponential
 * time for some hostile inputs. Error texts still show the pattern of the AWS model.
 *
 * `patterns.test.ts` proves that the slow and the fast pattern match the same texts, and that all other patterns of the
 * AWS models are fast.
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
 * Says whether the whole text matches a pattern of an AWS model. The caller must check the length of the text first.
 */
export function matches(pattern: string, text: string): boolean {
  let expression = compiled.get(pattern);
  if (expression === undefined) {
    expression = new RegExp(`^(?:${safe.get(pattern) ?? pattern})$`);
    compiled.set(pattern, expression);
  }
  return expression.test(text);
}
