import { invalidParameter } from '../errors.ts';
import {
  itemsMustSatisfy,
  mustBeAtLeast,
  mustBeAtMost,
  mustBeLongerOrEqual,
  mustBeOneOf,
  mustBeShorterOrEqual,
  mustMatchPattern,
  mustNotBeNull,
  pathOf,
  type Trail,
  textsOf,
} from './constraint-texts.ts';
import { matches } from './patterns.ts';
import type { ListShape, Shape, StringShape, StructureShape } from './shape.ts';

/**
 * Checks that an input, or a structure inside of an input, satisfies the constraints of the AWS model. First checks
 * that all required members exist, and then checks the value of each member. `value` must be a result of
 * `copyStructure`.
 * @throws InvalidParameterException for the first violation only. No known answer of AWS reports two violations
 */
export function checkStructure(shape: StructureShape, value: Record<string, unknown>, trail: Trail): void {
  for (const [name, , required] of shape.members) {
    if (required && value[name] === undefined) {
      trail.push(name);
      throw invalidParameter(pathOf(trail), textsOf(trail).missing ?? mustNotBeNull);
    }
  }
  for (const [name, member] of shape.members) {
    const inner = value[name];
    if (inner === undefined) continue;
    trail.push(name);
    checkValue(member, inner, trail);
    trail.pop();
  }
}

function checkValue(shape: Shape, value: unknown, trail: Trail): void {
  const violated = violation(shape, value, trail);
  if (violated !== undefined) throw invalidParameter(pathOf(trail), violated);
  if (shape.type === 'structure') checkStructure(shape, value as Record<string, unknown>, trail);
  else if (shape.type === 'list') checkItems(shape, value as unknown[], trail);
}

/**
 * Checks the items of a list.
 * @throws InvalidParameterException if an item is invalid. For an invalid string, number or blob, the exception names
 * the path of the list, not the path of the item
 */
function checkItems(shape: ListShape, items: unknown[], trail: Trail): void {
  const { item } = shape;
  for (const [at, value] of items.entries()) {
    if (value === null) throw invalidParameter(pathOf([...trail, at + 1]), mustNotBeNull);
    if (item.type === 'structure' || item.type === 'list') {
      trail.push(at + 1);
      checkValue(item, value, trail);
      trail.pop();
    } else if (violation(item, value, trail) !== undefined) {
      throw invalidParameter(pathOf(trail), itemsMustSatisfy(item));
    }
  }
}

/**
 * Returns the error text for the constraint that a value violates, or undefined if the value violates no constraint.
 * Does not check the members of a structure or the items of a list.
 */
function violation(shape: Shape, value: unknown, trail: Readonly<Trail>): string | undefined {
  switch (shape.type) {
    case 'string':
      return lengthViolation(shape, (value as string).length) ?? textViolation(shape, value as string, trail);
    case 'blob':
      return lengthViolation(shape, (value as Uint8Array).byteLength);
    case 'list':
      return lengthViolation(shape, (value as unknown[]).length);
    case 'integer':
    case 'long':
      if (shape.min !== undefined && (value as number) < shape.min) return mustBeAtLeast(shape.min);
      if (shape.max !== undefined && (value as number) > shape.max) return mustBeAtMost(shape.max);
  }
  return undefined;
}

function lengthViolation(shape: { readonly min?: number; readonly max?: number }, length: number): string | undefined {
  if (shape.min !== undefined && length < shape.min) return mustBeLongerOrEqual(shape.min);
  if (shape.max !== undefined && length > shape.max) return mustBeShorterOrEqual(shape.max);
  return undefined;
}

function textViolation({ pattern, values }: StringShape, text: string, trail: Readonly<Trail>): string | undefined {
  if (pattern !== undefined && !matches(pattern, text)) {
    return (textsOf(trail).mismatch ?? mustMatchPattern)(pattern);
  }
  if (values !== undefined && !values.includes(text)) return mustBeOneOf(values);
  return undefined;
}
