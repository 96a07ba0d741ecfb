import { describe, expect, it } from 'vitest';
import { conditionMatches } from './conditions.ts';
import type { PolicyCondition } from './policy-document.ts';
import { conditionKeys } from './policy-request.ts';

type Values = string | readonly string[] | undefined;

/** Returns the result of a condition for a request whose key `k` has these values. */
function resultOf(operator: string, wanted: PolicyCondition[string][string], given: Values) {
  const context = { ...(given === undefined ? {} : { K: given }), user: 'bob', star: 'b*' };
  const keys = conditionKeys({ principal: undefined, action: 'ecr:PutImage', resource: '', context });
  return conditionMatches({ [operator]: { k: wanted } }, { keys, variables: keys });
}

const s3 = 'arn:aws:s3:::bucket';
const lambda = 'arn:aws:lambda:us-east-1:444455556666:function:x';

/** For each operator: the policy's values, the values that fit, and the values that do not fit. */
const cases: readonly [string, PolicyCondition[string][string], readonly string[], readonly string[]][] = [
  ['StringEquals', 'bob', ['bob'], ['BOB', 'bo', '', 'bobb']],
  ['StringEquals', ['a', 'b*'], ['a', 'b*'], ['bob', 'c']],
  ['StringEquals', '${user}', ['bob'], ['${user}']],
  ['StringEquals', 7, ['7'], ['8']],
  ['StringEquals', true, ['true'], ['TRUE']],
  ['StringEquals', '${nope}', [], ['', '${nope}']],
  ['stringequals', 'bob', ['bob'], ['x']],
  ['StringEqualsIgnoreCase', ['Bob', '${user}x'], ['bob', 'BOB', 'BOBX'], ['bo']],
  ['StringLike', ['b*', '?'], ['bob', 'b', 'x'], ['Bob', 'xx']],
  ['StringLike', '${star}', ['b*'], ['bob']],
  ['ArnEquals', 'arn:aws:s3:::bucke?', [s3], [lambda, `${s3}s`]],
  ['ArnLike', ['arn:*:lambda:*:*:function:*'], [lambda], [s3]],
  ['ArnLike', 'arn:aws:*:::*', [s3], [lambda]],
  ['ArnLike', 'arn:aws:iam::1:user/${user}', ['arn:aws:iam::1:user/bob'], ['arn:aws:iam::1:user/eve']],
  ['IpAddress', ['10.0.0.0/8', '2001:db8::/32'], ['10.1.2.3', '2001:db8::9'], ['11.0.0.1', '2001:db9::']],
  ['NumericEquals', ['10', 2.5], ['10', '10.0', '2.50'], ['11']],
  ['NumericLessThan', 10, ['9.9', '-1'], ['10', '11']],
  ['NumericLessThanEquals', 10, ['9', '10'], ['10.1']],
  ['NumericGreaterThan', '1e3', ['1001'], ['1000', '9']],
  ['NumericGreaterThanEquals', '10', ['10', '11'], ['9']],
  [
    'DateEquals',
    '2026-01-01T00:00:00Z',
    ['2026-01-01', '1767225600', '2026-01-01T01:00+01:00', '2026'],
    ['2026-01-02'],
  ],
  ['DateLessThan', '2026-01-01T00:00:00', ['2025-12-31T23:59:59.999Z'], ['2026-01-01T00:00:00Z', '1767225600']],
  ['DateLessThanEquals', 1_767_225_600, ['2026-01-01T00:00:00Z', '2025-06'], ['2026-01-01T00:00:01Z']],
  ['DateGreaterThan', '2026-01-01', ['2026-01-01T00:00:01Z'], ['2026-01-01']],
  ['DateGreaterThanEquals', '2026-01-01', ['2026-01-01', '2027'], ['2025']],
  ['Bool', 'true', ['true', 'True'], ['false']],
  ['Bool', [false], ['false'], ['true']],
  ['BinaryEquals', 'aGk=', ['aGk=', 'aGk'], ['aGo=']],
];

const negations: Readonly<Record<string, string>> = {
  StringEquals: 'StringNotEquals',
  StringEqualsIgnoreCase: 'StringNotEqualsIgnoreCase',
  StringLike: 'StringNotLike',
  ArnEquals: 'ArnNotEquals',
  ArnLike: 'ArnNotLike',
  IpAddress: 'NotIpAddress',
  NumericEquals: 'NumericNotEquals',
  DateEquals: 'DateNotEquals',
};

describe.each(cases)('%s %j', (operator, wanted, fitting, others) => {
  it('compares a value', () => {
    for (const value of fitting) expect(resultOf(operator, wanted, value), value).toBe(true);
    for (const value of others) expect(resultOf(operator, wanted, value), value).toBe(false);
  });

  it('is false if the key is missing, and true with IfExists', () => {
    expect(resultOf(operator, wanted, undefined)).toBe(false);
    expect(resultOf(operator, wanted, [])).toBe(false);
    expect(resultOf(`${operator}IfExists`, wanted, undefined)).toBe(true);
    for (const value of others) expect(resultOf(`${operator}IfExists`, wanted, value), value).toBe(false);
  });
});

const negatedCases = cases.flatMap(([operator, wanted, fitting, others]) => {
  const negation = negations[operator];
  return negation === undefined || wanted === '${nope}' ? [] : [[negation, wanted, fitting, others] as const];
});

describe.each(negatedCases)('%s %j', (operator, wanted, fitting, others) => {
  it('is the opposite for each value', () => {
    for (const value of fitting) expect(resultOf(operator, wanted, value), value).toBe(false);
    for (const value of others) expect(resultOf(operator, wanted, value), value).toBe(true);
  });

  it('is true if the key is missing', () => {
    expect(resultOf(operator, wanted, undefined)).toBe(true);
    expect(resultOf(`${operator}IfExists`, wanted, undefined)).toBe(true);
  });
});

describe('an operator for sets', () => {
  it.each<[string, readonly string[], Values, boolean]>([
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'b'], true],
    ['ForAllValues:StringEquals', ['a', 'b', 'c'], ['a'], true],
    ['ForAllValues:StringEquals', ['a', 'b'], ['a', 'c'], false],
    ['ForAllValues:StringEquals', ['a'], undefined, true],
    ['ForAllValues:StringEquals', ['a'], [], true],
    ['ForAllValues:StringNotEquals', ['a'], ['b', 'c'], true],
    ['ForAllValues:StringNotEquals', ['a'], ['a', 'c'], false],
    ['ForAllValues:StringNotEquals', ['a'], undefined, true],
    ['ForAllValues:StringLikeIfExists', ['a*'], ['ab', 'b'], false],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'b'], true],
    ['ForAnyValue:StringEquals', ['a', 'b'], ['x', 'y'], false],
    ['ForAnyValue:StringEquals', ['a'], 'a', true],
    ['ForAnyValue:StringEquals', ['a'], undefined, false],
    ['ForAnyValue:StringEqualsIfExists', ['a'], undefined, true],
    ['ForAnyValue:StringNotEquals', ['a'], ['a', 'b'], true],
    ['ForAnyValue:StringNotEquals', ['a'], ['a'], false],
    ['ForAnyValue:StringNotEquals', ['a'], undefined, false],
    ['forallvalues:numericlessthan', ['10'], ['1', '2'], true],
  ])('%s %j of %j is %s', (operator, wanted, given, expected) => {
    expect(resultOf(operator, wanted, given)).toBe(expected);
  });
});

describe('the operator Null', () => {
  it.each<[PolicyCondition[string][string], Values, boolean]>([
    ['true', undefined, true],
    ['true', [], true],
    ['true', 'x', false],
    ['false', 'x', true],
    [false, undefined, false],
    [['true', 'false'], 'x', true],
  ])('%j of %j is %s', (wanted, given, expected) => {
    expect(resultOf('Null', wanted, given)).toBe(expected);
  });
});

describe('a condition', () => {
  it.each<[string, PolicyCondition[string][string], Values]>([
    ['StringSimilar', 'a', 'a'],
    ['StringSimilarIfExists', 'a', undefined],
    ['constructor', 'a', 'a'],
    ['ForEachValue:StringEquals', 'a', 'a'],
    ['NullIfExists', 'true', undefined],
    ['ForAnyValue:Null', 'true', undefined],
    ['NotNumericLessThan', '1', '2'],
    ['', 'a', 'a'],
    ['Null', 'perhaps', undefined],
    ['NumericEquals', 'ten', '10'],
    ['NumericNotEquals', ['10', 'ten'], '10'],
    ['NumericNotEquals', '10', 'ten'],
    ['NumericEquals', '', '0'],
    ['DateNotEquals', 'yesterday', '2026-01-01'],
    ['DateLessThan', '2026-13-01', '2026-01-01'],
    ['NotIpAddress', 'everywhere', '10.0.0.1'],
    ['NotIpAddress', '10.0.0.0/8', 'unknown'],
    ['Bool', 'yes', 'true'],
    ['StringNotEquals', [], 'bob'],
    ['StringEquals', [], undefined],
    ['Null', [], undefined],
    ['IpAddress', '10.0.0.0/8', ':'.repeat(8000)],
    ['DateEquals', '2026-02-29', '2026-03-01'],
    ['DateEquals', '2026-02-30T00:00:00Z', '2026-03-02'],
    ['BinaryEquals', '!', 'aGk='],
    ['ArnNotLike', '*', s3],
    ['ArnNotLike', s3, 'bucket'],
    ['StringNotEquals', '${nope}', 'bob'],
    ['StringEquals', 'a', ['a', 'b']],
    ['StringNotEquals', 'c', ['a', 'b']],
  ])('with %s %j cannot be decided for %j', (operator, wanted, given) => {
    expect(resultOf(operator, wanted, given)).toBeUndefined();
  });

  it('is decided if one value of a negation fits, in spite of a variable without a value', () => {
    expect(resultOf('StringNotEquals', ['${nope}', 'bob'], 'bob')).toBe(false);
  });

  it('needs all of its operators and keys', () => {
    const context = { a: '1', b: '2' };
    const keys = conditionKeys({ principal: undefined, action: '', resource: '', context });
    const match = (condition: PolicyCondition) => conditionMatches(condition, { keys, variables: keys });
    expect(match({})).toBe(true);
    expect(match({ StringEquals: {} })).toBe(true);
    expect(match({ StringEquals: { a: '1', b: '2' }, NumericLessThan: { a: 2 } })).toBe(true);
    expect(match({ StringEquals: { a: '1', b: '3' } })).toBe(false);
    expect(match({ StringEquals: { a: '1' }, NumericLessThan: { a: 1 } })).toBe(false);
    expect(match({ Unknown: { a: '1' }, StringEquals: { a: '1' } })).toBeUndefined();
    expect(match({ Unknown: { a: '1' }, StringEquals: { a: '2' } })).toBe(false);
  });
});
