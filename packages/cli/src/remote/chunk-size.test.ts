import { describe, expect, it } from 'vitest';
import { ChunkSize } from './chunk-size.ts';

describe('ChunkSize', () => {
  it('halves after a chunk that was too large, down to 256 KiB', () => {
    const size = new ChunkSize(2_000_000);
    expect(size.refused(1_000_000, 'ghcr.io')).toContain('so the next ones have 500000 bytes');
    expect(size.refused(500_000, 'ghcr.io')).toContain('262144');
    expect(() => size.refused(262_144, 'ghcr.io')).toThrow('Raise the limit for bodies');
    expect(() => new ChunkSize(2_000_000).refused(100_000, 'ghcr.io')).toThrow('413');
  });

  it('does not go below the minimum of the registry', () => {
    const size = new ChunkSize(2_000_000);
    size.min = 5_000_000;
    expect(size.bytes).toBe(5_000_000);
    expect(() => size.refused(5_000_000, 'ghcr.io')).toThrow('413');
  });

  it('halves if the connection breaks twice without any progress', () => {
    const size = new ChunkSize(2_000_000);
    size.stalled();
    size.arrived();
    size.stalled();
    expect(size.bytes).toBe(2_000_000);
    size.stalled();
    expect(size.bytes).toBe(1_000_000);
    for (let i = 0; i < 9; i++) size.stalled();
    expect(size.bytes).toBe(262_144);
  });
});
