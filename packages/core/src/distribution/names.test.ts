import { describe, expect, it } from 'vitest';
import { Room } from '../domain/room.ts';
import { listNames } from './names.ts';

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

const room = new Room(Number.POSITIVE_INFINITY);

describe('names', () => {
  it('are listed by as many lists as it takes', async () => {
    const { list, limits, resumed } = listed();
    expect(await listNames(room, {}, (name) => name, list)).toEqual({ names, more: false });
    expect(limits).toEqual([1000, 1000, 1000]);
    expect(resumed).toEqual([undefined, 'after 0999', 'after 1999']);
  });

  it('are no more than are asked for', async () => {
    const { list, limits } = listed();
    expect(await listNames(room, { most: 1001, last: '0099' }, (name) => name, list)).toEqual({
      names: names.slice(100, 1101),
      more: true,
    });
    expect(limits).toEqual([1000, 1]);
    expect(await listNames(room, { most: 10, last: '2489' }, (name) => name, list)).toMatchObject({ more: false });
  });

  it('take room while very many are read, and give it back', async () => {
    const narrow = new Room(1);
    narrow.tryTake(1);
    const pages = Array.from({ length: 12 }, () => names.slice(0, 1000));
    const list = async () => {
      const page = pages.pop() ?? [];
      return { names: page, last: pages.length > 0 ? page.at(-1) : undefined, resume: undefined };
    };
    const all = listNames(narrow, {}, (name) => name, list);
    while (!narrow.isWanted) await new Promise((resolve) => setTimeout(resolve));
    expect(pages).toHaveLength(2);
    narrow.give(1);
    expect((await all).names).toHaveLength(12_000);
    expect(narrow.tryTake(1)).toBe(true);
  });
});
