import { describe, expect, it } from 'vitest';
import { asKey, listNames } from './names.ts';

const names = Array.from({ length: 2500 }, (_, i) => String(i).padStart(4, '0'));

/** A list that gives what it is asked for, and remembers what that was. */
function listed() {
  const limits: number[] = [];
  const resumed: (string | undefined)[] = [];
  return {
    limits,
    resumed,
    list: async ({ limit, after = '', resume }: { limit: number; after?: string; resume?: string }) => {
      limits.push(limit);
      resumed.push(resume);
      const left = names.filter((name) => name > after);
      const page = left.slice(0, limit);
      return { names: page, last: left.length > limit ? page.at(-1) : undefined, resume: `after ${page.at(-1)}` };
    },
  };
}

describe('names', () => {
  it('are listed by as many lists as it takes', async () => {
    const { list, limits, resumed } = listed();
    expect(await listNames({}, (name) => name, list)).toEqual({ names, more: false });
    expect(limits).toEqual([1000, 1000, 1000]);
    expect(resumed).toEqual([undefined, 'after 0999', 'after 1999']);
  });

  it('are no more than are asked for', async () => {
    const { list, limits } = listed();
    expect(await listNames({ most: 1001, last: '0099' }, (name) => name, list)).toEqual({
      names: names.slice(100, 1101),
      more: true,
    });
    expect(limits).toEqual([1000, 1]);
    expect(await listNames({ most: 10, last: '2489' }, (name) => name, list)).toMatchObject({ more: false });
  });

  it.each([
    ['v1', 'v1'],
    ['v 1', 'v~'],
    ['ä', '~'],
    ['x'.repeat(400), 'x'.repeat(300)],
  ])('go on after what fits into a key: %s', (last, key) => {
    expect(asKey(last)).toBe(key);
  });
});
