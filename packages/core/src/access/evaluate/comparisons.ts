import { isInRange, readAddressRange } from './addresses.ts';
import { arnSegments, matchesText, type Pattern, patternOf, textOf } from './patterns.ts';
import type { ConditionKeys } from './policy-request.ts';

/**
 * Compares the value of a condition key with the values of a policy. Returns true if one of the policy's values fits,
 * and undefined if the value of the key cannot be read, for example because it is not a number.
 */
export type Test = (given: string) => boolean | undefined;

/**
 * Makes the test of a condition operator from the values of a policy. Returns undefined if one of these values cannot be
 * read. A value with a variable that has no value fits nothing.
 */
export type Comparison = (values: readonly string[], variables: ConditionKeys | undefined) => Test | undefined;

/** Returns the results of reading each text. Returns undefined if one of the texts cannot be read. */
function readAll<T, R>(values: readonly T[], read: (value: T) => R | undefined): readonly R[] | undefined {
  const results = values.map(read);
  return results.includes(undefined) ? undefined : (results as R[]);
}

const comparing =
  <T>(read: (text: string) => T | undefined, fits: (given: T, wanted: T) => boolean): Comparison =>
  (values) => {
    const wanted = readAll(values, read);
    return (
      wanted &&
      ((text) => {
        const given = read(text);
        return given === undefined ? undefined : wanted.some((one) => fits(given, one));
      })
    );
  };

const patternsOf = (values: readonly string[], variables: ConditionKeys | undefined): readonly Pattern[] =>
  values.flatMap((value) => {
    const pattern = patternOf(value, variables);
    return pattern ? [pattern] : [];
  });

const equals =
  (normal: (text: string) => string): Comparison =>
  (values, variables) => {
    const wanted = patternsOf(values, variables).map((pattern) => normal(textOf(pattern)));
    return (given) => wanted.includes(normal(given));
  };

const like: Comparison = (values, variables) => {
  const patterns = patternsOf(values, variables);
  return (given) => patterns.some((pattern) => matchesText(pattern, given));
};

const arnLike: Comparison = (values, variables) => {
  const patterns = readAll(patternsOf(values, variables), arnSegments);
  return (
    patterns &&
    ((arn) => {
      const [partition, ...others] = arn.split(':');
      if (others.length < 5) return undefined;
      const given = [partition ?? '', ...others.slice(0, 4), others.slice(4).join(':')];
      return patterns.some((segments) => segments.every((segment, at) => matchesText(segment, given[at] ?? '')));
    })
  );
};

const readNumber = (text: string): number | undefined =>
  /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text) ? Number(text) : undefined;

const isoDate = /^\d{4}(?:-\d\d(?:-\d\d(T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * Reads a date of ISO 8601 or a number of seconds since 1970, and returns milliseconds since 1970. A time without a zone
 * is in UTC, and four digits are a year. Returns undefined for other texts.
 */
function readDate(text: string): number | undefined {
  const [date, time, zone] = isoDate.exec(text) ?? [];
  if (date === undefined) return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) * 1000 : undefined;
  const milliseconds = Date.parse(time !== undefined && zone === undefined ? `${text}Z` : text);
  if (Number.isNaN(milliseconds)) return undefined;
  // Date.parse reads 29 February as 1 March in a year without that day.
  const day = date.slice(0, 10);
  return day.length < 10 || new Date(day).toISOString().startsWith(day) ? milliseconds : undefined;
}

const readBoolean = (text: string): string | undefined =>
  /^(?:true|false)$/i.test(text) ? text.toLowerCase() : undefined;

function readBinary(text: string): string | undefined {
  try {
    return atob(text);
  } catch {
    return undefined;
  }
}

/** The five comparisons of dates and numbers, by the end of the operator's name. */
const orders: ReadonlyMap<string, (given: number, wanted: number) => boolean> = new Map([
  ['equals', (given, wanted) => given === wanted],
  ['lessthan', (given, wanted) => given < wanted],
  ['lessthanequals', (given, wanted) => given <= wanted],
  ['greaterthan', (given, wanted) => given > wanted],
  ['greaterthanequals', (given, wanted) => given >= wanted],
]);

/**
 * Returns the comparison of a condition operator, by the operator's name in lower case. Returns undefined for an unknown
 * operator, and for negations such as `StringNotEquals`.
 */
export function comparisonOf(operator: string): Comparison | undefined {
  switch (operator) {
    case 'stringequals':
      return equals((text) => text);
    case 'stringequalsignorecase':
      return equals((text) => text.toLowerCase());
    case 'stringlike':
      return like;
    case 'arnequals':
    case 'arnlike':
      return arnLike;
    case 'ipaddress':
      return comparing(readAddressRange, isInRange);
    case 'bool':
      return comparing(readBoolean, (given, wanted) => given === wanted);
    case 'binaryequals':
      return comparing(readBinary, (given, wanted) => given === wanted);
  }
  const [, type, order = ''] = /^(numeric|date)(.+)$/.exec(operator) ?? [];
  const fits = type === undefined ? undefined : orders.get(order);
  return fits && comparing(type === 'date' ? readDate : readNumber, fits);
}
