import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Collecting } from './collecting.ts';

const hour = 3_600_000;
const settings = { pieces: 'PIECES' };

/** The part of an object's state that garbage collection uses. */
function objectState() {
  const values = new Map<string, unknown>();
  let alarm: number | null = null;
  let writes = 0;
  const storage = {
    getAlarm: async () => alarm,
    setAlarm: async (time: number) => {
      alarm = time;
    },
    put: async (key: string, value: unknown) => {
      writes++;
      values.set(key, value);
    },
    get: async (key: string) => values.get(key),
  };
  return {
    storage,
    writes: () => writes,
    /** Moves on to the alarm, and takes it off, as the runtime does. */
    ring: (): boolean => {
      if (alarm === null) return false;
      vi.setSystemTime(alarm);
      alarm = null;
      return true;
    },
  };
}

describe('the garbage collection of an object', () => {
  beforeEach(() => void vi.useFakeTimers({ now: 0 }));
  afterEach(() => void vi.useRealTimers());

  it('runs every six hours, and ends 72 hours after the last call', async () => {
    const state = objectState();
    const collecting = new Collecting(state);
    await collecting.plan(settings);
    const times: number[] = [];
    while (state.ring()) {
      await collecting.run(() => ({
        collectGarbage: async () => {
          times.push(Date.now() / hour);
          return {} as never;
        },
      }));
    }
    expect(times).toEqual([6, 12, 18, 24, 30, 36, 42, 48, 54, 60, 66, 72]);
  });

  it('goes on if a collection fails', async () => {
    const state = objectState();
    const collecting = new Collecting(state);
    await collecting.plan(settings);
    state.ring();
    await expect(
      collecting.run(() => ({ collectGarbage: () => Promise.reject(new Error('the bucket is away')) })),
    ).rejects.toThrow('away');
    expect(state.ring()).toBe(true);
  });

  it('takes at most one write of the object in six hours', async () => {
    const state = objectState();
    const collecting = new Collecting(state);
    for (let calls = 0; calls < 100; calls++) await collecting.plan(settings);
    expect(state.writes()).toBe(1);
    vi.setSystemTime(6 * hour);
    await collecting.plan(settings);
    expect(state.writes()).toBe(2);
  });
});
