import { describe, expect, it } from 'vitest';
import { isImmutable, matchesWildcard } from './tag-mutability.ts';

describe('a wildcard', () => {
  it.each([
    ['', ''],
    ['latest', 'latest'],
    ['*', ''],
    ['*', 'anything'],
    ['**', 'x'],
    ['v*', 'v'],
    ['v*', 'v1.0'],
    ['*-dev', '-dev'],
    ['*-dev', 'v1-dev'],
    ['v*-dev', 'v-dev'],
    ['v*-dev', 'v1-dev-dev'],
    ['a*b*c', 'abc'],
    ['a*b*c', 'a-b-b-c'],
    ['a*b*c', 'axbxbc'],
    ['*a*a*', 'aa'],
    ['v1.*', 'v1.0'],
  ])('%j names %j', (filter, tag) => {
    expect(matchesWildcard(filter, tag)).toBe(true);
  });

  it.each([
    ['', 'a'],
    ['latest', 'latest1'],
    ['latest', 'Latest'],
    ['v*', 'av1'],
    ['*-dev', 'v1-dev1'],
    ['v*-dev', 'v-de'],
    ['ab*ba', 'aba'],
    ['a*b*c', 'acb'],
    ['*a*a*', 'a'],
    ['v1.*', 'v1x0'],
    ['a*a', 'a'],
    ['ab*bc*cd', 'abcd'],
  ])('%j does not name %j', (filter, tag) => {
    expect(matchesWildcard(filter, tag)).toBe(false);
  });

  it('takes no time to speak of for a hostile pair', () => {
    const begin = performance.now();
    expect(matchesWildcard(`${'*a'.repeat(64)}*b`, 'a'.repeat(300))).toBe(false);
    expect(performance.now() - begin).toBeLessThan(1000);
  });
});

describe('a tag', () => {
  it.each([
    ['MUTABLE', undefined, false],
    ['IMMUTABLE', undefined, true],
    ['MUTABLE_WITH_EXCLUSION', ['v*'], true],
    ['MUTABLE_WITH_EXCLUSION', ['dev*'], false],
    ['MUTABLE_WITH_EXCLUSION', ['dev*', 'v1'], true],
    ['IMMUTABLE_WITH_EXCLUSION', ['v*'], false],
    ['IMMUTABLE_WITH_EXCLUSION', ['dev*'], true],
    ['IMMUTABLE_WITH_EXCLUSION', ['dev*', 'v1'], false],
  ] as const)('v1 with %s and the filters %j: immutable is %s', (imageTagMutability, exclusionFilters, expected) => {
    expect(isImmutable({ imageTagMutability, ...(exclusionFilters ? { exclusionFilters } : {}) }, 'v1')).toBe(expected);
  });

  it('of a public repository can always move', () => {
    expect(isImmutable(undefined, 'v1')).toBe(false);
  });
});
