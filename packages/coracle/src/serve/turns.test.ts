import { describe, expect, it } from 'vitest';
import { inTurns } from './turns.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

describe('inTurns', () => {
  it('performs what came in one turn at its end, in its order', async () => {
    const done: number[] = [];
    const put = inTurns<number>((item) => void done.push(item));
    put(1);
    put(2);
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([1, 2]);
  });

  it('puts off to the next turn what comes while it performs', async () => {
    const done: number[] = [];
    const put = inTurns<number>((item) => {
      done.push(item);
      if (item < 3) put(item + 1);
    });
    put(1);
    for (let turns = 0; turns < 5; turns++) await nextTurn();
    expect(done).toEqual([1, 2, 3]);
  });
});
