import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Room } from './room.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The names of those that were let in, in that order. */
function queue(room: Room) {
  const inside: string[] = [];
  const enter = (name: string, bytes: number, patience?: number) =>
    room.take(bytes, patience).then(
      () => void inside.push(name),
      (error: unknown) => error,
    );
  return { inside, enter };
}

describe('Room', () => {
  it('lets in what fits, and the rest by the order in which it came', async () => {
    const room = new Room(10);
    const { inside, enter } = queue(room);
    for (const [name, bytes] of [
      ['a', 6],
      ['b', 6],
      ['c', 1],
    ] as const)
      void enter(name, bytes);
    await vi.runAllTimersAsync();
    expect(inside).toEqual(['a']);
    expect(room.isWanted).toBe(true);
    expect(room.tryTake(1)).toBe(false);
    room.give(6);
    await vi.runAllTimersAsync();
    expect(inside).toEqual(['a', 'b', 'c']);
    expect(room.isWanted).toBe(false);
  });

  it('lets one go on that is larger than all of it, once nothing is held', async () => {
    const room = new Room(10);
    const { inside, enter } = queue(room);
    await enter('small', 1);
    void enter('large', 100);
    await vi.runAllTimersAsync();
    expect(inside).toEqual(['small']);
    room.give(1);
    await vi.runAllTimersAsync();
    expect(inside).toEqual(['small', 'large']);
  });

  it('refuses one that has waited for so long, and lets those behind it in', async () => {
    const room = new Room(10);
    const { inside, enter } = queue(room);
    await enter('a', 6);
    const refused = enter('b', 6, 30_000);
    void enter('c', 2);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(inside).toEqual(['a']);
    await vi.advanceTimersByTimeAsync(1);
    expect(await refused).toMatchObject({ name: 'ServerException', retryable: true, fault: 'server' });
    expect(inside).toEqual(['a', 'c']);
    // Nothing of the one that was refused is held.
    room.give(6);
    room.give(2);
    expect(room.tryTake(10)).toBe(true);
  });

  it('waits as long as it takes without patience, and leaves no timer', async () => {
    const room = new Room(10);
    const { inside, enter } = queue(room);
    await enter('a', 10);
    void enter('b', 1, 30_000);
    void enter('c', 1);
    room.give(10);
    await vi.advanceTimersByTimeAsync(0);
    expect(inside).toEqual(['a', 'b', 'c']);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('lets in, in turns, those that may be refused and those that wait as long as it takes', async () => {
    const room = new Room(1);
    const { inside, enter } = queue(room);
    await enter('first', 1);
    for (const name of ['a', 'b', 'c']) void enter(name, 1);
    for (const name of ['new x', 'new y']) void enter(name, 1, 30_000);
    for (let i = 0; i < 5; i++) {
      room.give(1);
      await vi.advanceTimersByTimeAsync(0);
    }
    expect(inside).toEqual(['first', 'new x', 'a', 'new y', 'b', 'c']);
  });

  it('has no bound if it is infinite', () => {
    const room = new Room(Number.POSITIVE_INFINITY);
    expect(room.isBounded).toBe(false);
    expect(room.tryTake(Number.MAX_SAFE_INTEGER) && room.tryTake(Number.MAX_SAFE_INTEGER)).toBe(true);
  });
});
