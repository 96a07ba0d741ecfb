import { afterEach, describe, expect, it, vi } from 'vitest';
import { randomUuid } from './random-uuid.ts';

afterEach(() => vi.unstubAllGlobals());

const version4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('randomUuid', () => {
  it('is a UUID of version 4', () => {
    expect(randomUuid()).toMatch(version4);
  });

  it('is one in an insecure context as well, which has no crypto.randomUUID', () => {
    vi.stubGlobal('crypto', { getRandomValues: crypto.getRandomValues.bind(crypto) });
    const uuids = new Set(Array.from({ length: 100 }, randomUuid));
    expect(uuids.size).toBe(100);
    for (const uuid of uuids) expect(uuid).toMatch(version4);
  });
});
