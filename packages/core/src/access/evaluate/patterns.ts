import type { ConditionKeys } from './policy-request.ts';

/**
 * A text with wildcards: the code points of characters, and negative numbers for wildcards. A wildcard that came from
 * the value of a variable is a character.
 */
export type Pattern = readonly number[];

const any = -1;
const one = -2;
const colon = 0x3a;

const wildcards: ReadonlyMap<string, number> = new Map([
  ['*', any],
  ['?', one],
]);

const codesOf = (text: string): number[] => Array.from(text, (character) => character.codePointAt(0) ?? 0);

/**
 * Reads a text with the wildcards `*` and `?`. If `variables` are given, the function also replaces variables, such as
 * `${aws:username}` or `${aws:username, 'default'}`, and reads `${*}`, `${?}` and `${$}` as characters. Returns undefined
 * if a variable has no value, or several values.
 */
export function patternOf(text: string, variables?: ConditionKeys): Pattern | undefined {
  const pattern: number[] = [];
  // A split by an expression with a group gives text and variables in turn.
  const parts = variables ? text.split(/\$\{([^}]*)\}/) : [text];
  for (const [at, part] of parts.entries()) {
    if (at % 2 === 0) {
      pattern.push(...Array.from(part, (character) => wildcards.get(character) ?? character.codePointAt(0) ?? 0));
      continue;
    }
    const value = valueOfVariable(part, variables);
    if (value === undefined) return undefined;
    pattern.push(...codesOf(value));
  }
  return pattern;
}

function valueOfVariable(variable: string, variables: ConditionKeys | undefined): string | undefined {
  if (['*', '?', '$'].includes(variable)) return variable;
  const [, key = '', otherwise] = /^([^,]+)(?:,\s*'(.*)'\s*)?$/.exec(variable) ?? [];
  const values = variables?.get(key.trim().toLowerCase()) ?? [];
  return values.length > 1 ? undefined : (values[0] ?? otherwise);
}

/** Returns the text of a pattern, with its wildcards as the characters `*` and `?`. */
export const textOf = (pattern: Pattern): string =>
  pattern.map((code) => (code === any ? '*' : code === one ? '?' : String.fromCodePoint(code))).join('');

/**
 * Returns whether a pattern matches a whole text.
 *
 * If the rest of the pattern does not match, only the last `*` takes one more character. So a pattern with many wildcards
 * does not take more time than its length times the length of the text.
 */
export function matchesText(pattern: Pattern, text: string): boolean {
  const codes = codesOf(text);
  let part = 0;
  let star = -1;
  let afterStar = 0;
  for (let at = 0; at < codes.length; ) {
    if (pattern[part] === codes[at] || pattern[part] === one) {
      part++;
      at++;
    } else if (pattern[part] === any) {
      star = part++;
      afterStar = at;
    } else if (star >= 0) {
      part = star + 1;
      at = ++afterStar;
    } else return false;
  }
  while (pattern[part] === any) part++;
  return part === pattern.length;
}

/**
 * Reads a pattern in `Resource`. Variables are replaced only after the fifth colon of the ARN (IAM user guide, "IAM policy
 * elements: Variables and tags"). Returns undefined if a variable stands before the fifth colon or has no value.
 */
export function resourcePatternOf(text: string, variables: ConditionKeys | undefined): Pattern | undefined {
  const [start = ''] = /^(?:[^:]*:){0,5}/.exec(text) ?? [];
  return variables && start.includes('${') ? undefined : patternOf(text, variables);
}

/**
 * Returns whether a pattern in `Resource` matches an ARN. A wildcard stays within one segment of the ARN, between two
 * colons. Only a `*` at the end of a segment may also match the segments that follow.
 */
export function matchesResource(pattern: Pattern, arn: string): boolean {
  const codes = codesOf(arn);
  // The numbers of characters that the parts of the pattern so far can match, in ascending order.
  let reached: readonly number[] = [0];
  for (const [at, part] of pattern.entries()) {
    const spansSegments = part === any && (pattern[at + 1] ?? colon) === colon;
    const fits = (code: number | undefined) =>
      code !== undefined && (part === any || part === one ? spansSegments || code !== colon : code === part);
    reached =
      part === any ? repeat(reached, (n) => fits(codes[n])) : reached.filter((n) => fits(codes[n])).map((n) => n + 1);
  }
  return reached.at(-1) === codes.length;
}

/** Returns each start, and the numbers that follow it as long as the number before them fits. */
function repeat(starts: readonly number[], fits: (n: number) => boolean): readonly number[] {
  const reached: number[] = [];
  for (const start of starts) {
    if (start <= (reached.at(-1) ?? -1)) continue;
    let n = start;
    reached.push(n);
    while (fits(n)) reached.push(++n);
  }
  return reached;
}

/** Splits a pattern into the six segments of an ARN. Returns undefined if the pattern has fewer segments. */
export function arnSegments(pattern: Pattern): readonly Pattern[] | undefined {
  const segments: number[][] = [[]];
  for (const part of pattern) {
    if (part === colon && segments.length < 6) segments.push([]);
    else segments.at(-1)?.push(part);
  }
  return segments.length === 6 ? segments : undefined;
}
