import { afterEach, expect, it, vi } from 'vitest';
import { nextTurn } from './next-turn.ts';

afterEach(() => {
  vi.useRealTimers();
});

it('the next turn comes after what waits already, also while a test has its own timers', async () => {
  vi.useFakeTimers();
  const seen: string[] = [];
  const others = nextTurn().then(() => seen.push('others'));
  await Promise.resolve();
  expect(seen).toEqual([]);
  await Promise.all([others, nextTurn().then(() => seen.push('then'))]);
  expect(seen).toEqual(['others', 'then']);
});
