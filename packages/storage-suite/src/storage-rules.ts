import type { StorageUnderTest } from './bench.ts';
import { type Rule, rulesFor } from './rule.ts';
import { byteRules } from './rules/bytes.ts';
import { commitRules } from './rules/commits.ts';
import { lifetimeRules } from './rules/lifetime.ts';
import { listRules } from './rules/lists.ts';
import { markRules } from './rules/marks.ts';
import { pageRules } from './rules/pages.ts';
import { raceRules } from './rules/races.ts';
import { recordRules } from './rules/records.ts';

/**
 * Makes the tests of the contract of a storage, as named rules for any test runner: `for (const rule of storageRules({
 * open })) it(rule.name, rule.run)`. After each rule, the suite removes all records and pieces that the rule wrote. If
 * the storage then still lists or returns one of them, the rule fails.
 */
export function storageRules(subject: StorageUnderTest): Rule[] {
  return rulesFor(subject, [
    ...lifetimeRules,
    ...recordRules,
    ...commitRules,
    ...listRules,
    ...pageRules,
    ...raceRules,
    ...byteRules,
    ...markRules,
  ]);
}
