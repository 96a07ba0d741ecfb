/** A rule that a storage broke. The message is one sentence: what the store did and what the contract requires. */
export class ContractBroken extends Error {
  override readonly name = 'ContractBroken';
}

/**
 * Checks a condition of the contract. `did` and `wants` complete the sentence "The store …; the contract wants …."
 * @throws ContractBroken if `held` is false
 */
export function must(held: boolean, did: string, wants: string): asserts held {
  if (!held) throw new ContractBroken(`The store ${did}; the contract wants ${wants}.`);
}

/** Waits for a call that the contract accepts, and turns a rejection into a sentence that keeps its cause. */
export async function taken<T>(what: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new ContractBroken(`The store refused ${what}, saying ${show(said)}; the contract wants it taken.`, {
      cause,
    });
  }
}

const longestShown = 160;

/** Writes a value as a sentence can quote it: as JSON, cut if it is long, and bytes by their length. */
export function show(value: unknown): string {
  if (ArrayBuffer.isView(value)) return `${value.byteLength} bytes`;
  const text = JSON.stringify(value) ?? String(value);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${text.length} characters)`;
}

/**
 * Says whether two JSON values are equal. The order of an object's members does not count: JSON gives it no meaning.
 */
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

/** Finds the first position at which two pieces differ; -1 if they are equal. */
export function firstDifference(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at++) if (left[at] !== right[at]) return at;
  return left.length === right.length ? -1 : shared;
}
