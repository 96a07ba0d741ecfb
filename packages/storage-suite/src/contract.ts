/**
 * The error with which a rule (named test) fails if the storage breaks the rule. The message of the error is one
 * sentence that says what the storage did and what the contract of storages requires.
 */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
}

/**
 * Checks a condition of the contract of storages. `did` and `wants` complete the sentence "The store …; the contract of
 * storages wants …."
 * @throws ContractBroken if `held` is false
 */
export function must(held: boolean, did: string, wants: string): asserts held {
  if (!held) throw new ContractBroken(`The store ${did}; the contract of storages wants ${wants}.`);
}

/**
 * Waits for a call that must succeed by the contract of storages.
 * @param what says in the error text which call it was
 * @throws ContractBroken if the call rejects; its `cause` is the error of the call
 */
export async function taken<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ContractBroken(
      `The store refused ${what} with the error ${show(said)}; the contract of storages wants the call to succeed.`,
      {
        cause,
      },
    );
  }
}

const longestShown = 160;

/**
 * Returns a value as text for an error message: as JSON, shortened if it is long. For a byte array, the text has only
 * the number of bytes.
 */
export function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${text.length} characters)`;
}

/** Returns whether two JSON values are equal. The order of the members of an object does not count. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const members = Object.entries(left);
  const others = new Map(Object.entries(right));
  return (
    members.length === others.size && members.every(([name, m]) => others.has(name) && sameJson(m, others.get(name)))
  );
}

/** Returns the first index at which two byte arrays differ, or -1 if they are equal. */
export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) if (left[at] !== right[at]) return at;
  return left.length === right.length ? -1 : shared;
}
