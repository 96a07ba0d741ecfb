import { describe, expect, it } from 'vitest';
import { exceededBound } from './json-bounds.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const most = { depth: 3, values: 5 };

/** Counts by the definition: what `JSON.parse` gives. */
function count(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((sum, member) => sum + count(member), 1);
}

describe('exceededBound', () => {
  it.each([
    ['', undefined],
    ['{}', undefined],
    ['[[[]]]', undefined],
    ['[[[[]]]]', 'depth'],
    ['[1,"two",null,true]', undefined],
    ['[1,"two",null,true,-1.5e3]', 'values'],
    ['{"a":1,"b":{"c":"d"},"e":[]}', undefined],
    ['{"a":1,"b":{"c":"d"},"e":[1]}', 'values'],
    // Characters in strings are no structure, whatever they are.
    [String.raw`{"[[[[,,,,::::":"\"[[[[[,,,,\\"}`, undefined],
    [String.raw`["\\",[[["]]]"]]]]`, 'depth'],
    [' [ 1 ,\n\t2 , 3 \r] ', undefined],
    ['"a string alone"', undefined],
    ['"a string that does not end', undefined],
    ['1 2 3 4 5 6', 'values'],
  ] as const)('%j: %s', (text, expected) => {
    expect(exceededBound(bytes(text), most)).toBe(expected);
  });

  it('counts as a parser does, names left out', () => {
    const value = { names: { a: 1, b: '2', c: [true, false, null, { d: {} }] }, list: [[], [[]], 'x', -0.5] };
    for (const indent of [undefined, 2, '\t']) {
      const text = bytes(JSON.stringify(value, undefined, indent));
      expect(exceededBound(text, { depth: 9, values: count(value) })).toBe(undefined);
      expect(exceededBound(text, { depth: 9, values: count(value) - 1 })).toBe('values');
    }
  });

  it('finds the values before an error, after which a parser reads nothing either', () => {
    expect(exceededBound(bytes('[1,2,3,4,5,6]:::::::::'), most)).toBe('values');
  });
});
