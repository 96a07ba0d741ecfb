import { describe, expect, it } from 'vitest';
import { isEverywhere, originOf } from './addresses.ts';

describe('originOf', () => {
  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4747'],
    ['localhost', 'http://localhost:4747'],
    ['::1', 'http://[::1]:4747'],
    ['0.0.0.0', 'http://localhost:4747'],
    ['::', 'http://localhost:4747'],
  ])('reaches a server on %s at %s', (host, origin) => {
    expect(originOf(host, 4747)).toBe(origin);
  });
});

describe('isEverywhere', () => {
  it('tells hosts that no client could be told', () => {
    expect(['0.0.0.0', '::', '127.0.0.1', 'localhost'].map(isEverywhere)).toEqual([true, true, false, false]);
  });
});
