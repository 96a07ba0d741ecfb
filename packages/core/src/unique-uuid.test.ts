import { afterEach, describe, expect, it, vi } from 'vitest';

afterEach(() => vi.restoreAllMocks());

/** Loads the module as a new process would. */
async function load() {
  vi.resetModules();
  return (await import('./unique-uuid.ts')).uniqueUuid;
}

describe('uniqueUuid', () => {
  it('is a UUID of version 8', async () => {
    const uniqueUuid = await load();
    expect(uniqueUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('is never the same twice, in one process or in two', async () => {
    const [one, other] = [await load(), await load()];
    const drawn = Array.from({ length: 1000 }, () => [one(), other()]).flat();
    expect(new Set(drawn).size).toBe(2000);
  });

  it('is never the same twice in a process whose Math.random a test has replaced', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0.5);
    const uniqueUuid = await load();
    expect(new Set(Array.from({ length: 1000 }, uniqueUuid)).size).toBe(1000);
  });
});
