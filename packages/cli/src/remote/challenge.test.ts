import { describe, expect, it } from 'vitest';
import { parseChallenges } from './challenge.ts';

const read = (header?: string) =>
  parseChallenges(header).map(({ scheme, parameters }) => [scheme, Object.fromEntries(parameters)]);

describe('parseChallenges', () => {
  it.each<[string | undefined, unknown]>([
    [undefined, []],
    ['', []],
    ['Basic realm="x"', [['basic', { realm: 'x' }]]],
    [
      'Bearer realm="https://auth.example/token",service="a b",scope="repository:web:pull,push"',
      [['bearer', { realm: 'https://auth.example/token', service: 'a b', scope: 'repository:web:pull,push' }]],
    ],
    [
      'Negotiate, Basic realm=plain',
      [
        ['negotiate', {}],
        ['basic', { realm: 'plain' }],
      ],
    ],
    [
      'Basic realm="a, b" , Bearer Realm = "c\\"d"',
      [
        ['basic', { realm: 'a, b' }],
        ['bearer', { realm: 'c"d' }],
      ],
    ],
    ['realm="without a scheme"', []],
    ['Bearer realm="never ends', [['bearer', {}]]],
  ])('reads %j', (header, challenges) => {
    expect(read(header)).toEqual(challenges);
  });

  it('reads a long header in a time that grows with its length only', () => {
    for (const part of ['a="', 'a="\\', 'a ', ',', 'a'])
      expect(read(`Bearer ${part.repeat(100_000)}`)[0]?.[0]).toBe('bearer');
  });
});
