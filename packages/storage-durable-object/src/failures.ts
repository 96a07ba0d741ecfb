const maxAttempts = 4;
const firstDelay = 50;

/** Waits so many milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

export const byTimer: Wait = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/** What the runtime says of a Durable Object's failure ("Error handling" in Cloudflare's documentation). */
interface Failure {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
  readonly durableObjectReset?: boolean;
}

/** Whether a failure of Cloudflare's infrastructure may pass. One that is overloaded would be so even more. */
export function isPassing(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = Object(error) as Failure;
  return overloaded !== true && (retryable === true || durableObjectReset === true);
}

/**
 * Calls again, a few times, as long as it fails in a way that passes.
 * @param call is told whether it was called before
 */
async function persistently<T>(
  call: (again: boolean) => Promise<T>,
  wait: Wait,
  passes: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt > 1);
    } catch (error) {
      if (attempt === maxAttempts || !passes(error)) throw error;
      // Spread out, since what failed for one has failed for many.
      await wait(firstDelay * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

/** The same, with a failure that says in a sentence what could not be done, why, and what to do where that is known. */
export async function doing<T>(
  what: string,
  wait: Wait,
  call: (again: boolean) => Promise<T>,
  passes: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await persistently(call, wait, passes);
  } catch (error) {
    throw new Error(`durableObjectStorage cannot ${what}: ${sentenceOf(error)}`, { cause: error });
  }
}

/** What to do about failures that the runtime tells in its own words. */
const advice: readonly (readonly [told: RegExp, advice: string])[] = [
  [
    /does not support RPC|does not implement/,
    "Bind the class of this package: the Worker says `export { CoracleRecords } from 'coracle/storage-durable-object'`, " +
      'and its wrangler.jsonc has the class_name "CoracleRecords" for the binding.',
  ],
  [
    /SQL is not enabled/,
    'A class keeps the kind of storage that it was deployed with: bind it anew under another migration, with ' +
      '"new_sqlite_classes": ["CoracleRecords"].',
  ],
  [/limited to 32MiB/, 'A change goes to the object as one message: write fewer or smaller records at once.'],
  [
    /SQLITE_FULL|database or disk is full/,
    'One object keeps at most 10 GB of records: collect garbage, delete what is not needed, or keep further ' +
      'repositories in a registry of another `name`.',
  ],
];

function sentenceOf(error: unknown): string {
  const told = error instanceof Error ? error.message : String(error);
  const ended = /[.!?]$/.test(told) ? told : `${told}.`;
  if ((Object(error) as Failure).overloaded === true) return `${ended} Try again later.`;
  const known = advice.find(([pattern]) => pattern.test(told));
  return known === undefined ? ended : `${ended} ${known[1]}`;
}
