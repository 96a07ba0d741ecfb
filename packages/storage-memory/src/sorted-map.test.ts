import { describe, expect, it } from 'vitest';
import { SortedMap } from './sorted-map.ts';

type Entry = readonly [key: string, nth: number];

/** The entries of a map from a key on. */
function entriesOf(map: SortedMap<Entry>, from = ''): Entry[] {
  const all: Entry[] = [];
  map.visitFrom(from, (entry) => all.push(entry) > 0);
  return all;
}

const sorted = (expected: ReadonlyMap<string, Entry>): Entry[] =>
  [...expected.values()].sort(([left], [right]) => (left < right ? -1 : 1));

/** Numbers from 0 to below 1 that follow from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a sorted map', () => {
  it.each([10, 100, 3000, 30_000])('holds what a Map does, sorted, and so does each copy: of %i keys', (keys) => {
    for (let seed = 1; seed <= 5; seed++) {
      const random = randomFrom(seed);
      const anyKey = () => `k${Math.floor(random() * keys)}`;
      const map = new SortedMap<Entry>();
      const expected = new Map<string, Entry>();
      const copies: [SortedMap<Entry>, ReadonlyMap<string, Entry>][] = [[map, expected]];
      for (let nth = 0; nth < 20_000; nth++) {
        const key = anyKey();
        // It grows and shrinks in turns.
        if (random() < (nth % 8000 < 4000 ? 0.8 : 0.2)) {
          const entry = [key, nth] as const;
          map.set(key, entry);
          expected.set(key, entry);
        } else {
          map.delete(key);
          expected.delete(key);
        }
        if (map.get(key) !== expected.get(key)) expect(map.get(key), `seed ${seed}`).toBe(expected.get(key));
        if (nth % 3000 === 0) copies.push([map.copy(), new Map(expected)]);
      }
      for (const [copy, held] of copies) {
        const all = sorted(held);
        expect(entriesOf(copy), `seed ${seed}`).toEqual(all);
        const from = anyKey();
        expect(entriesOf(copy, from), `seed ${seed}`).toEqual(all.filter(([key]) => key >= from));
        for (const [key, nth] of all.slice(0, 100)) expect(copy.get(key)).toEqual([key, nth]);
      }
    }
  });

  it('is written without changing its copies, and they without changing it', () => {
    const map = new SortedMap<Entry>();
    for (let nth = 0; nth < 1000; nth++) map.set(`k${nth}`, [`k${nth}`, nth]);
    const before = entriesOf(map);
    const copy = map.copy();
    for (let nth = 0; nth < 1000; nth += 2) copy.delete(`k${nth}`);
    copy.set('a', ['a', 0]);
    expect(entriesOf(map)).toEqual(before);
    const changed = entriesOf(copy);
    map.set('b', ['b', 0]);
    expect(entriesOf(copy)).toEqual(changed);
    expect(changed).toHaveLength(501);
  });

  it('stops visiting when it is told to', () => {
    const map = new SortedMap<Entry>();
    for (let nth = 0; nth < 1000; nth++) map.set(`k${nth}`, [`k${nth}`, nth]);
    const seen: string[] = [];
    map.visitFrom('k5', ([key]) => seen.push(key) < 3);
    expect(seen).toEqual(['k5', 'k50', 'k500']);
  });
});
