import { describe, expect, it } from 'vitest';
import { RemoteError, RetriableError } from './failure.ts';
import { Retries, retryAfterOf, retryLimits } from './retries.ts';

function given(signal?: AbortSignal) {
  const waits: number[] = [];
  const notes: string[] = [];
  const wait = async (milliseconds: number) => void waits.push(milliseconds);
  const retries = new Retries({ wait, random: () => 1, now: () => 0 }, signal, (text) => notes.push(text));
  return { waits, notes, retries };
}

const broken = (code: string) => Object.assign(new Error(`it is ${code}`), { code });

describe('Retries', () => {
  it('waits longer after each failure, up to half a minute, and gives up after eight', async () => {
    const { retries, waits, notes } = given();
    for (let i = 0; i < retryLimits.failures; i++) await retries.after(broken('ECONNRESET'));
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect(notes[0]).toBe('it is ECONNRESET; next try in 0.5 s');
    await expect(retries.after(broken('EPIPE'))).rejects.toMatchObject({ kind: 'unreachable' });
  });

  it('begins anew after progress', async () => {
    const { retries, waits } = given();
    for (let i = 0; i < 50; i++) {
      await retries.after(broken('ECONNRESET'));
      retries.progress();
    }
    expect(new Set(waits)).toEqual(new Set([500]));
  });

  it('waits as long as the registry asks for, but not for hours', async () => {
    const { retries, waits } = given();
    await retries.after(new RetriableError('busy', { retryAfter: 7000 }));
    expect(waits).toEqual([7000]);
    const long = retries.after(new RetriableError('busy', { retryAfter: 3_600_000 }));
    await expect(long).rejects.toThrow('Run the same command again after 3600 seconds');
  });

  it.each([new Error('a bug'), new RemoteError('login', 'no'), broken('ENOSPC')])('passes on %s', async (error) => {
    await expect(given().retries.after(error)).rejects.toBe(error);
  });

  it('ends if the user stops', async () => {
    const reason = new Error('stopped');
    await expect(given(AbortSignal.abort(reason)).retries.after(broken('EPIPE'))).rejects.toBe(reason);
  });
});

it.each([
  [undefined, undefined],
  ['3', 3000],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 59_000],
  ['Thu, 01 Jan 1970 00:00:00 GMT', 0],
  ['soon', undefined],
])('retryAfterOf %j is %s', (header, milliseconds) => {
  expect(retryAfterOf(header, 1000)).toBe(milliseconds);
});
