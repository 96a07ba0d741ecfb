import { afterEach, describe, expect, it, vi } from 'vitest';
import { uniqueIds } from './unique-ids.ts';

afterEach(() => vi.restoreAllMocks());

/** Takes some ids of each of some sources. */
const drawn = () => Array.from({ length: 20 }, uniqueIds).flatMap((next) => Array.from({ length: 50 }, next));

describe('uniqueIds', () => {
  it('never gives an id twice', () => {
    expect(new Set(drawn()).size).toBe(1000);
  });

  it('gives no id twice in a process where a test has replaced Math.random', () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    expect(new Set(drawn()).size).toBe(1000);
  });
});
