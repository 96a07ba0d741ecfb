import type { StorageUnderTest } from './bench.ts';
import { type Rule, rulesFor } from './rule.ts';
import { engineRuleTexts } from './rules/engine.ts';

/**
 * Makes named tests that run Coracle's engine on the storage: pushes and pulls, paged lists, concurrent calls, and use
 * after the storage was closed and opened again. Any test runner can run the tests. A storage that passes the tests of
 * `storageRules` should pass these tests too. These tests show how an error of the storage would affect users.
 */
export function engineRules(subject: StorageUnderTest): Rule[] {
  return rulesFor(subject, engineRuleTexts);
}
