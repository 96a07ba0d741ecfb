import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { sharedByCopies } from './shared-by-copies.ts';

describe('sharedByCopies', () => {
  it('makes the value once', () => {
    const key = Symbol.for('@coracle/registry:a test');
    onTestFinished(() => void Reflect.deleteProperty(globalThis, key));
    const make = vi.fn(() => new Set());
    expect(sharedByCopies('a test', make)).toBe(sharedByCopies('a test', make));
    expect(make).toHaveBeenCalledOnce();
  });

  it('makes a value for each copy if globalThis is frozen', () => {
    const isExtensible = vi.spyOn(Object, 'isExtensible').mockReturnValue(false);
    onTestFinished(() => isExtensible.mockRestore());
    expect(sharedByCopies('another test', () => 'a value')).toBe('a value');
    expect(Symbol.for('@coracle/registry:another test') in globalThis).toBe(false);
  });
});
