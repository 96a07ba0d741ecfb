import { describe, expect, it } from 'vitest';
import { rangeOf } from './range.ts';

describe('a Range', () => {
  it.each([
    ['bytes=0-9', { first: 0, last: 9 }],
    ['bytes= 0-9 ', { first: 0, last: 9 }],
    ['bytes=90-200', { first: 90, last: 99 }],
    ['bytes=99-', { first: 99, last: 99 }],
    ['bytes=-1', { first: 99, last: 99 }],
    ['bytes=-100', { first: 0, last: 99 }],
    ['bytes=-999999999999999', { first: 0, last: 99 }],
  ])('means bytes: %s', (header, range) => {
    expect(rangeOf(header, 100)).toEqual(range);
  });

  it.each(['bytes=100-', 'bytes=9-0', 'bytes=-0', 'bytes=100-200'])('means none: %s', (header) => {
    expect(rangeOf(header, 100)).toBe('none');
  });

  it.each([null, '', 'bytes', 'bytes=', 'bytes=-', 'bytes=a-b', 'bytes=1-2,4-5', 'items=0-1', 'bytes=0x1-2'])(
    'is passed over: %s',
    (header) => {
      expect(rangeOf(header, 100)).toBeUndefined();
    },
  );

  it.each(['bytes=0-', 'bytes=0-0', 'bytes=-1'])('means none of nothing: %s', (header) => {
    expect(rangeOf(header, 0)).toBe('none');
  });
});
