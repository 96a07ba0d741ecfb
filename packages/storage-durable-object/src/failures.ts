import { noRoom } from '@coracle/core/storage-kit';

const maxAttempts = 4;
const firstDelay = 50;

/** Waits the given number of milliseconds. */
export type Wait = (milliseconds: number) => Promise<void>;

export const byTimer: Wait = (milliseconds) =>
  new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });

/**
 * The members of an error from a Durable Object by which the runtime describes the failure ("Error handling" in
 * Cloudflare's documentation).
 */
interface Failure {
  readonly retryable?: boolean;
  readonly overloaded?: boolean;
  readonly durableObjectReset?: boolean;
}

/**
 * Returns whether an error of Cloudflare's infrastructure may be temporary, so that a retry is useful. An overloaded
 * object is not called again, because that would overload it even more.
 */
export function isPassing(error: unknown): boolean {
  const { retryable, overloaded, durableObjectReset } = Object(error) as Failure;
  return overloaded !== true && (retryable === true || durableObjectReset === true);
}

/**
 * Runs a call, and retries it a few times if the failure is temporary.
 * @param call gets true if it is a retry
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
      // The delays are random, because a failure of one call is often a failure of many.
      await wait(firstDelay * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

/**
 * Runs a call, and retries it a few times if the failure is temporary.
 * @param what completes the sentence "durableObjectStorage cannot …"
 * @throws Error that says which call failed and why, and also what to do if that is known
 */
export async function doing<T>(
  what: string,
  wait: Wait,
  call: (again: boolean) => Promise<T>,
  passes: (error: unknown) => boolean,
): Promise<T> {
  try {
    return await persistently(call, wait, passes);
  } catch (error) {
    const text = `durableObjectStorage cannot ${what}: ${sentenceOf(error)}`;
    throw isNoRoom(error) ? noRoom(text, error) : new Error(text, { cause: error });
  }
}

interface Advice {
  readonly told: RegExp;
  readonly advice: string;
  /** Whether the error means that the storage is full. An immediate retry is then useless. */
  readonly noRoom?: boolean;
}

const backAtMidnight = 'It is back at 00:00 UTC; the Workers Paid plan has no such limit.';

/** The advice for each error that the runtime reports, by the text of the error. */
const known: readonly Advice[] = [
  {
    told: /\b(?:getMany|list|commit) is not a function/,
    advice:
      'The Worker calls the object by RPC, which it has from the compatibility date 2024-04-03 on: write ' +
      '"compatibility_date": "2024-04-03", or a later one, in its wrangler.jsonc.',
  },
  {
    told: /does not support RPC|does not implement/,
    advice:
      "Bind the class of this package: the Worker says `export { CoracleRecords } from '@coracle/registry/storage-durable-object'`, " +
      'and its wrangler.jsonc has the class_name "CoracleRecords" for the binding.',
  },
  {
    told: /SQL is not enabled/,
    advice:
      'A class keeps the kind of storage that it was deployed with: bind it anew under another migration, with ' +
      '"new_sqlite_classes": ["CoracleRecords"].',
  },
  {
    told: /limited to 32MiB/,
    advice: 'A change goes to the object as one message: write fewer or smaller records at once.',
  },
  {
    told: /SQLITE_FULL|database or disk is full/,
    advice:
      'One object keeps at most 10 GB of records, and an account on the Workers Free plan 5 GB: collect garbage, delete ' +
      'what is not needed, or keep further repositories in a registry of another `name`.',
    noRoom: true,
  },
  {
    told: /^Exceeded allowed (?:rows written|storage)/i,
    advice: `This is what the Workers Free plan allows in a day. ${backAtMidnight}`,
    noRoom: true,
  },
  { told: /^Exceeded allowed /i, advice: `This is what the Workers Free plan allows in a day. ${backAtMidnight}` },
  {
    told: /^KV put\(\) limit exceeded for the day/i,
    advice: `This is what the Workers Free plan allows. ${backAtMidnight}`,
    noRoom: true,
  },
];

const textOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const adviceOn = (text: string): Advice | undefined => known.find(({ told }) => told.test(text));

/** Returns whether an error means that nothing more can be stored: the storage is full, or a daily limit is reached. */
export const isNoRoom = (error: unknown): boolean => adviceOn(textOf(error))?.noRoom === true;

function sentenceOf(error: unknown): string {
  const text = textOf(error);
  const ended = /[.!?]$/.test(text) ? text : `${text}.`;
  if ((Object(error) as Failure).overloaded === true) return `${ended} Try again later.`;
  const advice = adviceOn(text)?.advice;
  return advice === undefined ? ended : `${ended} ${advice}`;
}
