import { expect, it } from 'vitest';
import { joinBytes } from './bytes.ts';

it.each([
  [[], []],
  [[[]], []],
  [
    [[1, 2], [], [3]],
    [1, 2, 3],
  ],
])('joins %j to %j', (parts, all) => {
  expect(joinBytes(parts.map((part) => Uint8Array.from(part)))).toEqual(Uint8Array.from(all));
});

it('does not copy a single array', () => {
  const only = Uint8Array.of(1);
  expect(joinBytes([only])).toBe(only);
});
