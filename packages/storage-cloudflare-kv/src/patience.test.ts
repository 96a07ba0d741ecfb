import { describe, expect, it } from 'vitest';
import { patiently } from './patience.ts';

/** A call that fails with these texts, one after the other, and then succeeds. */
function failing(...texts: string[]) {
  const waited: number[] = [];
  const wait = async (milliseconds: number) => void waited.push(milliseconds);
  const call = async () => {
    const text = texts.shift();
    if (text !== undefined) throw new Error(text);
    return 'done';
  };
  return { outcome: patiently('put the record "a"', wait, call), waited };
}

const tooSoon = 'KV PUT failed: 429 Too Many Requests';

it.each([
  [[tooSoon], [1000]],
  [
    [tooSoon, 'KV PUT failed: 500 Internal Server Error', 'KV PUT failed: 503 Service Unavailable', tooSoon],
    [1000, 2000, 4000, 8000],
  ],
  [['KV DELETE failed: 429 Too Many Requests'], [1000]],
])('a passing failure is tried again: %j after %j milliseconds', async (texts, delays) => {
  const { outcome, waited } = failing(...texts);
  expect(await outcome).toBe('done');
  expect(waited).toEqual(delays);
});

describe('a lasting failure says which call failed, why, and what to do', () => {
  it.each([
    [
      Array.from({ length: 5 }, () => tooSoon),
      /^kvStorage could not put the record "a": KV allows one write a second for each key, and other writers used up that limit at each of 5 tries in 15 seconds\. Try again\./,
    ],
    [
      ['KV put() limit exceeded for the day.'],
      /Workers Free plan has for a day are used up\. They are back at 00:00 UTC/,
    ],
    [
      [
        'Too many API requests by single Worker invocation. To configure this limit, refer to https://developers.cloudflare.com',
      ],
      /as many calls to KV as a Worker may make in one: 1,000, or 50 on the Workers Free plan\. .* raise `limits\.subrequests`/,
    ],
    [['Too many subrequests.'], /as many calls to KV as a Worker may make/],
    [['Network connection lost.'], /^kvStorage could not put the record "a": KV says "Network connection lost\."/],
    [['KV PUT failed: 413 Value too large'], /KV says "KV PUT failed: 413 Value too large"/],
  ])('%.90j', async (texts, says) => {
    const first = texts[0];
    const { outcome } = failing(...texts);
    const error = await outcome.catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect((error as Error).message).toMatch(says);
    expect(((error as Error).cause as Error).message).toBe(first);
  });
});

it.each([
  ['KV put() limit exceeded for the day.', 'QuotaExceededError'],
  ['KV get() limit exceeded for the day.', 'Error'],
  ['KV PUT failed: 413 Value too large', 'Error'],
])('only a store that takes no more is called so: %s', async (told, name) => {
  await expect(failing(told).outcome).rejects.toMatchObject({ name, cause: { message: told } });
});
