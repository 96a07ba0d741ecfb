import { describe, expect, it } from 'vitest';
import { arnSegments, matchesResource, matchesText, patternOf, resourcePatternOf, textOf } from './patterns.ts';

const variables = new Map([
  ['aws:username', ['bob']],
  ['aws:userid', ['b*']],
  ['aws:tagkeys', ['a', 'b']],
]);
const matches = (pattern: string, text: string) => matchesText(patternOf(pattern, variables) ?? [-9], text);

describe('a pattern', () => {
  it.each([
    ['', ''],
    ['*', ''],
    ['*', 'a:b/c'],
    ['bob', 'bob'],
    ['b?b', 'bob'],
    ['b?b', 'b😀b'],
    ['b*', 'b'],
    ['*b*b*', 'xbxbx'],
    ['**b', 'b'],
    ['b.b', 'b.b'],
    ['${aws:username}/*', 'bob/web'],
    ['${AWS:UserName}', 'bob'],
    ["${aws:nope, 'team'}", 'team'],
    ["${aws:username, 'team'}", 'bob'],
    ['${aws:userid}', 'b*'],
    ['${*}${?}${$}', '*?$'],
    ['${aws:username', '${aws:username'],
    ['$', '$'],
  ])('%j matches %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(true);
  });

  it.each([
    ['', 'a'],
    ['b', ''],
    ['?', ''],
    ['bob', 'BOB'],
    ['b?b', 'bb'],
    ['*b', 'ba'],
    ['b.b', 'bob'],
    ['${aws:userid}', 'bob'],
    ['${*}', 'bob'],
    ['${?}', 'b'],
  ])('%j does not match %j', (pattern, text) => {
    expect(matches(pattern, text)).toBe(false);
  });

  it.each(['${aws:nope}', 'a${aws:nope}b', '${}', '${aws:tagkeys}', '${aws:nope, team}'])(
    'has no meaning if %j has no single value',
    (pattern) => {
      expect(patternOf(pattern, variables)).toBeUndefined();
    },
  );

  it('replaces no variables without their values', () => {
    expect(matchesText(patternOf('${aws:username}') ?? [], '${aws:username}')).toBe(true);
  });

  it('keeps its wildcards as characters in a text', () => {
    expect(textOf(patternOf('a*?${*}${aws:username}', variables) ?? [])).toBe('a*?*bob');
  });

  it('with many blanks in a variable is decided at once', () => {
    expect(patternOf(`\${${' '.repeat(10_000)},}`, variables)).toBeUndefined();
    expect(textOf(patternOf('${  aws:username  }', variables) ?? [])).toBe('bob');
  });

  it('with many wildcards is decided without trying all ways to match', () => {
    expect(matches(`${'*a'.repeat(2000)}b`, 'a'.repeat(500))).toBe(false);
  });
});

const arn = 'arn:aws:ecr:us-east-1:111122223333:repository/team/web';

describe('a resource', () => {
  it.each([
    '*',
    arn,
    'arn:*',
    'arn:aws:ecr:*',
    'arn:aws:ecr:us-*-1:*:repository/*',
    'arn:aws:e*:us-east-?:111122223333:repository/t*/w?b',
    'arn:*:repository/*',
    'arn:*:*:111122223333:*',
    'arn:aws:ecr:*1:1*:repository/team*',
    'arn:aws:ecr:us-east-1:111122223333:repository/*/web',
    "arn:aws:ecr:us-east-1:111122223333:repository/${aws:nope, 'team'}/web",
  ])('%s is the repository', (pattern) => {
    expect(matchesResource(resourcePatternOf(pattern, variables) ?? [-9], arn)).toBe(true);
  });

  it.each([
    'arn:aws:ecr',
    'arn:aws:ecr:us-east-1:111122223333:repository/web',
    'arn:aws:ecr:us-east-1:*/web',
    'arn:aws:ecr:us*east-1:111122223333',
    'arn:aws:ecr:*:111122223333:repository/team/?web',
    'arn:aws:e*1:111122223333:repository/team/web',
    'arn?aws:ecr:us-east-1:111122223333:repository/team/web',
    'arn:aws:ecr:us-east-1:111122223333:repository/Team/web',
    'arn:aws:ecr:us-east-1:111122223333:repository/${aws:username}/web',
    '',
  ])('%s is another repository', (pattern) => {
    expect(matchesResource(resourcePatternOf(pattern, variables) ?? [-9], arn)).toBe(false);
  });

  it('has variables only after the fifth colon', () => {
    expect(resourcePatternOf('arn:aws:ecr:us-east-1:${aws:username}:repository/*', variables)).toBeUndefined();
    expect(resourcePatternOf('${aws:username}', variables)).toBeUndefined();
    expect(resourcePatternOf('arn:aws:ecr:us-east-1:${aws:username}:repository/*', undefined)).toBeDefined();
  });
});

describe('the segments of an ARN', () => {
  it('are six, and the last one may have colons', () => {
    const segments = arnSegments(patternOf('arn:aws:lambda:*:1:function:x:1') ?? []) ?? [];
    expect(segments.map(textOf)).toEqual(['arn', 'aws', 'lambda', '*', '1', 'function:x:1']);
  });

  it('are missing from a text that is no ARN', () => {
    expect(arnSegments(patternOf('arn:aws:*') ?? [])).toBeUndefined();
  });
});
