import type { Collected } from '@coracle/registry/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startCollecting } from './collecting.ts';

const nothing: Collected = { repositories: 0, uploads: 0, layers: 0, contents: 0, bytes: 0 };
const hour = 60 * 60 * 1000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('garbage', () => {
  it('is collected at the start and every hour, and layers get a day', async () => {
    const collectGarbage = vi.fn(async () => nothing);
    const say = vi.fn();
    const end = startCollecting({ collectGarbage }, {}, say);
    expect(collectGarbage.mock.calls).toEqual([[{ grace: hour, layerGrace: 24 * hour }]]);
    await vi.advanceTimersByTimeAsync(3 * hour);
    expect(collectGarbage).toHaveBeenCalledTimes(4);
    await end(0);
    await vi.advanceTimersByTimeAsync(3 * hour);
    expect(collectGarbage).toHaveBeenCalledTimes(4);
    expect(say).not.toHaveBeenCalled();
  });

  it('is told of if there was some', async () => {
    const say = vi.fn();
    const freed = { ...nothing, uploads: 2, contents: 1, bytes: 10 };
    await startCollecting({ collectGarbage: async () => freed }, {}, say)(1000);
    expect(say.mock.calls).toEqual([
      [
        'Garbage collection removed the data of 0 deleted repositories, 2 expired uploads, 0 layers that no image used, and 1 blobs (10 bytes) that no repository used.',
      ],
    ]);
  });

  it('that cannot be collected is told of, and tried again', async () => {
    const collectGarbage = vi.fn(async () => nothing).mockRejectedValueOnce(new Error('away'));
    const say = vi.fn();
    const end = startCollecting({ collectGarbage }, { every: 1000 }, say);
    await vi.advanceTimersByTimeAsync(1000);
    expect(say.mock.calls).toEqual([
      ['Garbage collection failed. The server tries again after the next interval. The error was: away'],
    ]);
    expect(collectGarbage).toHaveBeenCalledTimes(2);
    await end(0);
  });

  it('is never collected twice at once, and the end waits for what is under way', async () => {
    let finish = (_: Collected) => {};
    const collectGarbage = vi.fn(() => new Promise<Collected>((resolve) => (finish = resolve)));
    const end = startCollecting({ collectGarbage }, { every: 1000 }, vi.fn());
    await vi.advanceTimersByTimeAsync(10_000);
    expect(collectGarbage).toHaveBeenCalledOnce();
    let isEnded = false;
    const ended = end(Number.MAX_SAFE_INTEGER).then(() => (isEnded = true));
    await vi.advanceTimersByTimeAsync(hour);
    expect(isEnded).toBe(false);
    finish(nothing);
    await ended;
    expect(vi.getTimerCount()).toBe(0);
  });

  it('that fails while the end waits is told of as well', async () => {
    let fail = (_: Error) => {};
    const collectGarbage = () => new Promise<Collected>((_, reject) => (fail = reject));
    const say = vi.fn();
    const ended = startCollecting({ collectGarbage }, {}, say)(5000);
    fail(new Error('away'));
    await ended;
    expect(say.mock.calls).toEqual([
      ['Garbage collection failed. The server tries again after the next interval. The error was: away'],
    ]);
  });

  it('is given up if it takes longer than the end may wait, and then nothing is told of it', async () => {
    let fail = (_: Error) => {};
    const collectGarbage = () => new Promise<Collected>((_, reject) => (fail = reject));
    const say = vi.fn();
    const ended = startCollecting({ collectGarbage }, {}, say)(5000);
    await vi.advanceTimersByTimeAsync(5000);
    await ended;
    fail(new Error('the storage is closed'));
    await vi.advanceTimersByTimeAsync(3 * hour);
    expect(say).not.toHaveBeenCalled();
  });

  it('is left alone if it is told so', async () => {
    const collectGarbage = vi.fn(async () => nothing);
    await startCollecting({ collectGarbage }, { every: 0 }, vi.fn())(1000);
    expect(collectGarbage).not.toHaveBeenCalled();
  });
});
