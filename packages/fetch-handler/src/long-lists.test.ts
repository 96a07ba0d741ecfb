import { describe, expect, it } from 'vitest';
import { isLongList, writeList } from './long-lists.ts';

describe('a list in JSON', () => {
  it.each([0, 1, 2, 10_000, 10_001, 25_000])('of %d items is what JSON.stringify writes', async (count) => {
    const list = Array.from({ length: count }, (_, i) => ({ name: `"${i}"`, i }));
    expect(await writeList(list)).toBe(JSON.stringify(list));
    expect(isLongList(list)).toBe(count > 10_000);
  });

  it('has of each item what is to be written of it', async () => {
    const list = Array.from({ length: 10_001 }, (_, i) => i);
    expect(await writeList(list, String)).toBe(JSON.stringify(list.map(String)));
  });

  it('lets others have their turn', async () => {
    let turns = 0;
    const others = setInterval(() => turns++, 0);
    await writeList(Array.from({ length: 50_000 }, (_, i) => i));
    clearInterval(others);
    expect(turns).toBeGreaterThan(0);
  });
});
