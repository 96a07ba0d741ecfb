import type { StorageUnderTest } from './bench.ts';
import { type Rule, rulesFor } from './rule.ts';
import { engineRuleTexts } from './rules/engine.ts';

/**
 * Makes tests of the engine itself on a storage, as named rules for any runner: pushes and pulls, pages, races, a
 * reopening. A storage that passes `storageRules` should pass these as well. They show how an error would affect users.
 */
export function engineRules(subject: StorageUnderTest): Rule[] {
  return rulesFor(subject, engineRuleTexts);
}
