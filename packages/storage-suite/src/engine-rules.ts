import type { StorageUnderTest } from './bench.ts';
import { type Rule, rulesFor } from './rule.ts';
import { engineRuleTexts } from './rules/engine.ts';

/**
 * The engine itself on a storage, as named tests for any runner: pushes and pulls, pages, races, a reopening.
 * What a storage passes `storageRules` for, it should pass these for as well; they show what a slip would do to users.
 */
export function engineRules(subject: StorageUnderTest): Rule[] {
  return rulesFor(subject, engineRuleTexts);
}
