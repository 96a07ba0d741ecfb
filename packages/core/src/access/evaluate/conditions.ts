import { comparisonOf } from './comparisons.ts';
import { patternOf } from './patterns.ts';
import { listOf, type PolicyCondition } from './policy-document.ts';
import type { ConditionKeys } from './policy-request.ts';

/** Whether a part of a statement matches a request. Undefined if this cannot be decided. */
export type Match = boolean | undefined;

/** The condition keys of a request. `variables` is undefined if the policy's version has no variables. */
export interface Evaluation {
  readonly keys: ConditionKeys;
  readonly variables: ConditionKeys | undefined;
}

/**
 * Returns true if all parts match, and false if one part does not match. Returns undefined if a part cannot be decided
 * and all other parts match.
 */
export function allMatch(parts: readonly Match[]): Match {
  if (parts.includes(false)) return false;
  return parts.includes(undefined) ? undefined : true;
}

/**
 * Returns whether the `Condition` of a statement is true for a request. Returns undefined if this cannot be decided: if
 * the condition has an unknown operator, no value, a value that cannot be read, or an operator without `ForAllValues:` or
 * `ForAnyValue:` for a key with several values.
 */
export const conditionMatches = (condition: PolicyCondition, evaluation: Evaluation): Match =>
  allMatch(
    Object.entries(condition).flatMap(([operator, keys]) =>
      Object.entries(keys).map(([key, values]) =>
        operatorMatches(operator, { key, values: listOf(values).map(String) }, evaluation),
      ),
    ),
  );

/** The operators that are true if another operator is false, with the name of the other operator. */
const negations: ReadonlyMap<string, string> = new Map([
  ['stringnotequals', 'stringequals'],
  ['stringnotequalsignorecase', 'stringequalsignorecase'],
  ['stringnotlike', 'stringlike'],
  ['arnnotequals', 'arnequals'],
  ['arnnotlike', 'arnlike'],
  ['notipaddress', 'ipaddress'],
  ['datenotequals', 'dateequals'],
  ['numericnotequals', 'numericequals'],
]);

const operatorName = /^(?:(forallvalues|foranyvalue):)?(.+?)(ifexists)?$/;

function operatorMatches(
  operator: string,
  { key, values }: { readonly key: string; readonly values: readonly string[] },
  { keys, variables }: Evaluation,
): Match {
  if (values.length === 0) return undefined;
  const given = keys.get(key.toLowerCase()) ?? [];
  if (operator.toLowerCase() === 'null') return nullMatches(values, given.length === 0);
  const [, set, name = '', ifExists] = operatorName.exec(operator.toLowerCase()) ?? [];
  const opposite = negations.get(name);
  const isNegation = opposite !== undefined;
  const test = comparisonOf(opposite ?? name)?.(values, variables);
  if (!test) return undefined;
  if (given.length === 0)
    return ifExists !== undefined || set === 'forallvalues' || (isNegation && set !== 'foranyvalue');
  if (set === undefined && given.length > 1) return undefined;
  // A variable without a value equals nothing. But a negation must not allow a request because of it.
  const isUnclear = isNegation && values.some((value) => patternOf(value, variables) === undefined);
  const results = given.map((value) => {
    const fits = test(value);
    return fits === undefined || (isUnclear && !fits) ? undefined : fits !== isNegation;
  });
  if (set !== 'foranyvalue') return allMatch(results);
  return results.includes(true) || (results.includes(undefined) ? undefined : false);
}

/**
 * Returns the result of the operator `Null`: true if a value of the policy is `true` and the key is missing, or if a value
 * is `false` and the key exists. Returns undefined if a value is neither `true` nor `false`.
 */
const nullMatches = (values: readonly string[], isMissing: boolean): Match =>
  values.every((value) => /^(?:true|false)$/i.test(value))
    ? values.some((value) => (value.toLowerCase() === 'true') === isMissing)
    : undefined;
