import { describe, expect, it } from 'vitest';
import { inTurns } from './turns.ts';

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

interface Item {
  readonly line: object;
  readonly nth: number;
}

const [one, other] = [{}, {}];
const item = (nth: number, line: object = { nth }): Item => ({ line, nth });
const lineOf = ({ line }: Item) => line;

describe('inTurns', () => {
  it('performs what came in one turn at its end, in its order', async () => {
    const done: number[] = [];
    const put = inTurns<Item>(({ nth }) => void done.push(nth), lineOf);
    put(item(1));
    put(item(2));
    expect(done).toEqual([]);
    await nextTurn();
    expect(done).toEqual([1, 2]);
  });

  it('performs one of each line in a turn', async () => {
    const done: number[][] = [];
    let turn: number[] = [];
    const put = inTurns<Item>(({ nth }) => void turn.push(nth), lineOf);
    for (const nth of [1, 2, 3]) put(item(nth, one));
    put(item(10, other));
    put(item(20));
    for (let turns = 0; turns < 4; turns++) {
      await nextTurn();
      // It goes behind what waits in its line.
      if (turns === 0) put(item(4, one));
      done.push(turn);
      turn = [];
    }
    expect(done).toEqual([[1, 10, 20], [2], [3], [4]]);
  });

  it('puts off to the next turn what comes while it performs', async () => {
    const done: number[] = [];
    const put = inTurns<Item>(({ line, nth }) => {
      done.push(nth);
      if (nth < 3) put(item(nth + 1, nth === 1 ? line : undefined));
    }, lineOf);
    put(item(1));
    for (let turns = 0; turns < 5; turns++) await nextTurn();
    expect(done).toEqual([1, 2, 3]);
  });
});
