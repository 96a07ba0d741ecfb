import type { Shape } from './shape.ts';

/**
 * This file has the error texts for inputs that violate a constraint of the AWS model.
 *
 * AWS generates some of its error texts from the model ("Member must …"), and others were written by hand. Public
 * reports of answers of AWS show the texts for the upper bound of `maxResults`, for `registryIds` (GitHub issue
 * aws-actions/amazon-ecr-login #225), for the patterns of names, digests and tags, and for `PolicyText`. Other
 * emulators, whose answers were compared with AWS, show the texts for lengths, for null, for the values of an enum, and
 * for the path `tags.2.member.key`. All other texts in this file are guesses of the same form.
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
 * Returns the error text for a list of strings, numbers or blobs with an invalid item. The text names all constraints
 * that the AWS model has for an item: the maximum, the minimum, the pattern and the allowed values.
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
 * Returns the error text for a repository name, a registry id, a tag or a digest that does not match its pattern. For
 * all other members, AWS words the error differently, as in `mustMatchPattern`.
 */
export const mustSatisfyRegularExpression = (pattern: string): string => `must satisfy regular expression '${pattern}'`;

/**
 * The error texts for one member of an input. The checks of this member were written by hand at AWS, so the texts
 * differ from the texts that AWS generates from the model.
 */
export interface HandWritten {
  /**
   * The path of the member in the error text, such as `PolicyText`. By default, the path is the member's name in the
   * model, such as `policyText`.
   */
  readonly path?: string;
  readonly missing?: string;
  readonly mismatch?: (pattern: string) => string;
}

/**
 * Maps the name of a member to its error texts, if the checks of the member were written by hand at AWS. Only direct
 * members of an input are meant, not members of a structure inside of the input.
 */
const handWritten = new Map<string, HandWritten>([
  ['repositoryName', { mismatch: mustSatisfyRegularExpression }],
  ['registryId', { mismatch: mustSatisfyRegularExpression }],
  ['policyText', { path: 'PolicyText', missing: 'Cannot be null' }],
]);

const generated: HandWritten = {};

/**
 * The path to a value in an input, such as `['tags', 2, 'Key']`: the names of members as in the AWS model, and
 * positions in lists, counted from 1.
 */
export type Trail = (string | number)[];

export const textsOf = (trail: Readonly<Trail>): HandWritten =>
  (trail.length === 1 ? handWritten.get(String(trail[0])) : undefined) ?? generated;

const written = (step: string | number): string =>
  typeof step === 'number' ? `${step}.member` : step.charAt(0).toLowerCase() + step.slice(1);

/**
 * Returns the path to a value in the form of the error texts of AWS. For `['tags', 2, 'Key']` the result is
 * `tags.2.member.key`.
 */
export const pathOf = (trail: Readonly<Trail>): string => textsOf(trail).path ?? trail.map(written).join('.');

/**
 * Returns the error text for a value of a wrong type, such as `NUMBER_VALUE can not be converted to a String at
 * 'repositoryName'`. `wanted` is the expected type, and `because` is an explanation at the end of the text.
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
