import { isLongList, writeList } from '../long-lists.ts';

/**
 * Returns an operation's output as JSON, as the body of an AWS JSON 1.1 answer. Dates become seconds since 1970, with
 * milliseconds as a fraction. Members without a value are left out.
 */
export function writeOutput(output: unknown): string {
  return JSON.stringify(toJson(output ?? {}));
}

/**
 * Returns an operation's output as JSON, like `writeOutput`. If the output has a long list, other requests can run
 * while the list is written.
 */
export async function writeOutputInTurns(output: unknown): Promise<string> {
  const lists = Object.entries(output ?? {}).filter(([, member]) => isLongList(member));
  if (lists.length === 0) return writeOutput(output);
  const rest = writeOutput({ ...(output as object), ...Object.fromEntries(lists.map(([name]) => [name, undefined])) });
  const members = rest === '{}' ? [] : [rest.slice(1, -1)];
  for (const [name, list] of lists) {
    members.push(`${JSON.stringify(name)}:${await writeList(list as unknown[], toJson)}`);
  }
  return `{${members.join(',')}}`;
}

function toJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Date) return value.getTime() / 1000;
  if (Array.isArray(value)) return value.map(toJson);
  // Every call runs this code: `Object.fromEntries`, or an object without a prototype, takes five times as long.
  const copy: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = toJson((value as Record<string, unknown>)[name]);
    if (name === '__proto__') Object.defineProperty(copy, name, { value: member, enumerable: true });
    else copy[name] = member;
  }
  return copy;
}
