import type { StorageUnderTest } from './bench.ts';
import { type Rule, rulesFor } from './rule.ts';
import { engineRuleTexts } from './rules/engine.ts';

/**
 * Makes named tests that run Coracle's engine on the storage: pushes and pulls, pages, concurrent calls, and a
 * reopening. Any test runner can run them. A storage that passes `storageRules` should pass these tests as well. They
 * show how an error of the storage would affect users.
 */
export function engineRules(subject: StorageUnderTest): Rule[] {
  return rulesFor(subject, engineRuleTexts);
}
