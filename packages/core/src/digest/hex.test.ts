import { describe, expect, it } from 'vitest';
import { hex } from './hex.ts';

describe('hex', () => {
  it('writes two lower-case digits a byte', () => {
    expect(hex(Uint8Array.of(0, 1, 15, 16, 171, 255))).toBe('00010f10abff');
  });
});
