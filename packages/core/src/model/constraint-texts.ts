import type { Shape } from './shape.ts';

/**
 * Every text of a violated constraint, once. Two kinds are known from the services' answers: those that are
 * generated from the model ("Member must …"), and those of checks that were written by hand. Seen in public
 * reports: the upper bound of `maxResults`, `registryIds` (aws-actions/amazon-ecr-login #225), the patterns of
 * names, digests and tags, `PolicyText`; in other emulators that were compared with AWS: lengths, null, the
 * order of an enum, `tags.2.member.key`. The rest follows their form.
 */

export const mustNotBeNull = 'Member must not be null';

export const mustBeLongerOrEqual = (length: number): string =>
  `Member must have length greater than or equal to ${length}`;

export const mustBeShorterOrEqual = (length: number): string =>
  `Member must have length less than or equal to ${length}`;

export const mustBeAtLeast = (value: number): string => `Member must have value greater than or equal to ${value}`;

export const mustBeAtMost = (value: number): string => `Member must have value less than or equal to ${value}`;

export const mustBeOneOf = (values: readonly string[]): string =>
  `Member must satisfy enum value set: [${values.join(', ')}]`;

export const mustMatchPattern = (pattern: string): string =>
  `Member must satisfy regular expression pattern: ${pattern}`;

/**
 * Gives the text for a list of scalars. It is refused as a whole, with all constraints of its items: upper bound, lower
 * bound, pattern.
 */
export function itemsMustSatisfy(item: Shape): string {
  const texts: string[] = [];
  if (item.type === 'string' || item.type === 'blob' || item.type === 'list') {
    if (item.max !== undefined) texts.push(mustBeShorterOrEqual(item.max));
    if (item.min !== undefined) texts.push(mustBeLongerOrEqual(item.min));
  }
  if (item.type === 'integer' || item.type === 'long') {
    if (item.max !== undefined) texts.push(mustBeAtMost(item.max));
    if (item.min !== undefined) texts.push(mustBeAtLeast(item.min));
  }
  if (item.type === 'string') {
    if (item.pattern !== undefined) texts.push(mustMatchPattern(item.pattern));
    if (item.values !== undefined) texts.push(mustBeOneOf(item.values));
  }
  return `Member must satisfy constraint: [${texts.join(', ')}]`;
}

/** Gives the error text for a name or a digest that does not match its pattern. AWS words these checks by hand. */
export const mustSatisfyRegularExpression = (pattern: string): string => `must satisfy regular expression '${pattern}'`;

/** The texts of a hand-written check of a member that differ from the generated ones. */
export interface HandWritten {
  /** The path of the member in the text. */
  readonly path?: string;
  readonly missing?: string;
  readonly mismatch?: (pattern: string) => string;
}

/** The members, at the top of an input, that the services check by hand. */
const handWritten = new Map<string, HandWritten>([
  ['repositoryName', { mismatch: mustSatisfyRegularExpression }],
  ['registryId', { mismatch: mustSatisfyRegularExpression }],
  ['policyText', { path: 'PolicyText', missing: 'Cannot be null' }],
]);

const generated: HandWritten = {};

/** The path to a value: the names of members as the model has them, and the places in lists, counted from 1. */
export type Trail = (string | number)[];

export const textsOf = (trail: Readonly<Trail>): HandWritten =>
  (trail.length === 1 ? handWritten.get(String(trail[0])) : undefined) ?? generated;

const written = (step: string | number): string =>
  typeof step === 'number' ? `${step}.member` : step.charAt(0).toLowerCase() + step.slice(1);

/** Gives a value's path as the texts write it: `tags.2.member.key`, though the model says `Key`. */
export const pathOf = (trail: Readonly<Trail>): string => textsOf(trail).path ?? trail.map(written).join('.');

/**
 * Gives the text of a value of a wrong type. It names the type as the services' JSON reader does, and the type that was
 * expected.
 */
export function cannotConvert(value: unknown, wanted: string, trail: Readonly<Trail>, because = ''): string {
  const place = trail.length === 0 ? '' : ` at '${pathOf(trail)}'`;
  return `${tokenOf(value)} can not be converted to ${wanted}${place}${because}`;
}

function tokenOf(value: unknown): string {
  if (Array.isArray(value)) return 'START_ARRAY';
  if (typeof value === 'object') return 'START_OBJECT';
  if (typeof value === 'boolean') return value ? 'TRUE_VALUE' : 'FALSE_VALUE';
  return `${typeof value}_VALUE`.toUpperCase();
}
