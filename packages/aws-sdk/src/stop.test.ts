import { describe, expect, it } from 'vitest';
import { type AbortSignalLike, throwIfAborted, unlessStopped } from './stop.ts';

const never = () => new Promise<string>(() => undefined);
const later = <T>(value: T, milliseconds: number) =>
  new Promise<T>((resolve) => setTimeout(() => resolve(value), milliseconds));

describe('work', () => {
  it('comes to what it comes to', async () => {
    const { signal } = new AbortController();
    expect(await unlessStopped(Promise.resolve(1), undefined, undefined)).toBe(1);
    expect(await unlessStopped(Promise.resolve(1), signal, 1000)).toBe(1);
    await expect(unlessStopped(Promise.reject(new Error('no')), signal, 1000)).rejects.toThrow('no');
  });

  it('is not waited for longer than it may take', async () => {
    await expect(unlessStopped(never(), undefined, 5)).rejects.toMatchObject({
      name: 'TimeoutError',
      message: 'Request did not complete within 5 ms',
    });
    expect(await unlessStopped(later('done', 20), undefined, 0)).toBe('done');
  });

  it.each([
    [undefined, { name: 'AbortError', message: 'Request aborted' }],
    [new Error('why'), { name: 'AbortError', message: 'Request aborted', cause: new Error('why') }],
    ['why', { name: 'AbortError', message: 'why' }],
  ])('is not waited for after a signal with the reason %s', async (reason, expected) => {
    const controller = new AbortController();
    const stopped = unlessStopped(never(), controller.signal, 1000);
    controller.abort(reason);
    await expect(stopped).rejects.toMatchObject(expected);
    expect(() => throwIfAborted(controller.signal)).toThrow(expect.objectContaining(expected) as Error);
  });

  it('heeds signals of the older kind', async () => {
    const signal: AbortSignalLike = { aborted: false, onabort: null };
    const stopped = unlessStopped(never(), signal, undefined);
    (signal.onabort as () => void)();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError', message: 'Request aborted' });
  });

  it('leaves nothing at the signal, which may live long', async () => {
    const listeners = new Set<() => void>();
    const signal: AbortSignalLike = {
      aborted: false,
      addEventListener: (_, listener) => void listeners.add(listener),
      removeEventListener: (_, listener) => void listeners.delete(listener),
    };
    const works = [later(1, 5), later(2, 10), Promise.reject(new Error('no'))];
    const settled = Promise.allSettled(works.map((work) => unlessStopped(work, signal, 1000)));
    expect(listeners.size).toBe(3);
    await settled;
    expect(listeners.size).toBe(0);
  });

  it('may fail after it was given up', async () => {
    const controller = new AbortController();
    const failing = later(0, 10).then(() => Promise.reject(new Error('too late')));
    const stopped = unlessStopped(failing, controller.signal, undefined);
    controller.abort();
    await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
    await later(0, 20);
  });
});

describe('a signal', () => {
  it('that has not fired throws nothing', () => {
    expect(() => throwIfAborted(undefined)).not.toThrow();
    expect(() => throwIfAborted(new AbortController().signal)).not.toThrow();
  });
});
