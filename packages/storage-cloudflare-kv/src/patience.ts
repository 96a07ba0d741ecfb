import { noRoom } from '@coracle/core/storage-kit';

/** Waits the given number of milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

/**
 * The delays between the attempts of a call to KV, in milliseconds. Each delay is twice the previous delay, as the
 * section "Limits to KV writes to the same key" of KV's documentation advises.
 */
const delays: readonly number[] = [1000, 2000, 4000, 8000];

/**
 * Matches the errors of KV after which a call is retried: 429, because a key accepts only one write a second, and 5xx,
 * which are failures of KV itself.
 */
const passes = /^KV \w+ failed: (?:429|5\d\d)\b/;

/** Matches the error of KV if the account may store nothing more today. KV has no other error for a full storage. */
const isFull = /^KV put\(\) limit exceeded for the day/i;

/**
 * Calls KV, and retries the call up to four times if the failure is temporary.
 * @param what completes the sentence "kvStorage could not …"
 * @throws Error that says which call failed and why, and also what to do if that is known
 */
export async function patiently<T>(what: string, wait: Wait, call: () => Promise<T>): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await call();
    } catch (error) {
      const said = error instanceof Error ? error.message : String(error);
      const delay = delays[tries];
      if (!passes.test(said) || delay === undefined) {
        const text = sentence(what, said);
        throw isFull.test(said) ? noRoom(text, error) : new Error(text, { cause: error });
      }
      await wait(delay);
    }
  }
}

function sentence(what: string, said: string): string {
  const why = reasons.find(([pattern]) => pattern.test(said))?.[1];
  return `kvStorage could not ${what}: ${why ?? `KV says "${said}".`}`;
}

/** The advice for each error of KV, by the text of the error, because errors of KV have no codes. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [
    /^KV \w+ failed: 429\b/,
    'KV allows one write a second for each key, and other writers used up that limit at each of 5 tries in 15 seconds. ' +
      'Try again. If many clients write to one repository at once, keep the records in @coracle/storage-durable-object.',
  ],
  [
    /limit exceeded for the day/i,
    'the operations of this kind that the Workers Free plan has for a day are used up. They are back at 00:00 UTC; ' +
      'the Workers Paid plan has no such limit.',
  ],
  [
    /too many (?:api requests|subrequests)/i,
    'this request has made as many calls to KV as a Worker may make in one: 1,000, or 50 on the Workers Free plan. Do ' +
      'less at once, or raise `limits.subrequests` in the configuration of the Worker.',
  ],
];
