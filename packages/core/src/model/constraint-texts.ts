import type { Shape } from './shape.ts';

/**
 * This file has the error texts of all violated constraints.
 *
 * Two kinds of texts are known from the answers of AWS: texts that are generated from the model ("Member must …"), and
 * texts of checks that were written by hand. Public reports show the upper bound of `maxResults`, `registryIds`
 * (aws-actions/amazon-ecr-login #225), the patterns of names, digests and tags, and `PolicyText`. Other emulators that
 * were compared with AWS show lengths, null, the order of an enum, and `tags.2.member.key`. All other texts in this
 * file are guesses of the same form.
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
 * Returns the error text for a list of scalars with an invalid item. The text names all constraints of the items: upper
 * bound, lower bound, pattern.
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

/**
 * Returns the error text for a name or a digest that does not match its pattern. AWS has its own wording for these
 * checks.
 */
export const mustSatisfyRegularExpression = (pattern: string): string => `must satisfy regular expression '${pattern}'`;

/**
 * The error texts for one member of an input whose checks AWS has written by hand, so that they differ from the texts
 * that are generated from the model.
 */
export interface HandWritten {
  /** The path of the member as the error text writes it. */
  readonly path?: string;
  readonly missing?: string;
  readonly mismatch?: (pattern: string) => string;
}

/** The members of an input that AWS checks by hand. Members of a structure inside of an input are never among them. */
const handWritten = new Map<string, HandWritten>([
  ['repositoryName', { mismatch: mustSatisfyRegularExpression }],
  ['registryId', { mismatch: mustSatisfyRegularExpression }],
  ['policyText', { path: 'PolicyText', missing: 'Cannot be null' }],
]);

const generated: HandWritten = {};

/**
 * The path to a value in an input: the names of members as the model writes them, and the positions in lists, counted
 * from 1.
 */
export type Trail = (string | number)[];

export const textsOf = (trail: Readonly<Trail>): HandWritten =>
  (trail.length === 1 ? handWritten.get(String(trail[0])) : undefined) ?? generated;

const written = (step: string | number): string =>
  typeof step === 'number' ? `${step}.member` : step.charAt(0).toLowerCase() + step.slice(1);

/**
 * Returns the path to a value as the error texts write it, for example `tags.2.member.key`, although the model writes
 * `Key`.
 */
export const pathOf = (trail: Readonly<Trail>): string => textsOf(trail).path ?? trail.map(written).join('.');

/**
 * Returns the error text for a value of a wrong type. The text names the type of the value as the JSON reader of AWS
 * does, and the expected type.
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
