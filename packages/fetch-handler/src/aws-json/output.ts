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
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJson(member)]));
}
