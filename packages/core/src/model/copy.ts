import { serialization } from '../errors.ts';
import { cannotConvert, type Trail } from './constraint-texts.ts';
import type { ListShape, Shape, StructureShape } from './shape.ts';

/**
 * Copies an input, or a structure inside of an input, and checks the types of the values. AWS also checks all types
 * first, in its JSON reader, and the constraints of the model afterwards. The copy does not contain members that are
 * null, undefined or not in the AWS model.
 *
 * Each member is read once, so that later changes by the caller cannot change an input that has been checked. Bytes are
 * not copied, because a part of a layer can have 20 MiB.
 * @throws SerializationException if a value has the wrong type
 */
export function copyStructure(shape: StructureShape, given: unknown, trail: Trail): Record<string, unknown> {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw refused(given, 'a Structure', trail);
  const copy: Record<string, unknown> = {};
  for (const [name, member] of shape.members) {
    const value: unknown = (given as Record<string, unknown>)[name];
    if (value === undefined || value === null) continue;
    trail.push(name);
    copy[name] = copyValue(member, value, trail);
    trail.pop();
  }
  return copy;
}

function copyValue(shape: Shape, value: unknown, trail: Trail): unknown {
  switch (shape.type) {
    case 'string':
      if (typeof value !== 'string') throw refused(value, 'a String', trail);
      return value;
    case 'boolean':
      if (typeof value !== 'boolean') throw refused(value, 'a Boolean', trail);
      return value;
    case 'integer':
      return wholeNumber(value, 'an Integer', trail);
    case 'long':
      return wholeNumber(value, 'a Long', trail);
    case 'blob':
      return bytesOf(value) ?? fail(refused(value, 'a Blob', trail));
    case 'list':
      return copyList(shape, value, trail);
    case 'structure':
      return copyStructure(shape, value, trail);
  }
}

function copyList(shape: ListShape, given: unknown, trail: Trail): unknown[] {
  if (!Array.isArray(given)) throw refused(given, 'a List', trail);
  // One item above the maximum is enough to refuse the list, so the rest need not be copied.
  const length = Math.min(given.length, (shape.max ?? Number.POSITIVE_INFINITY) + 1);
  const copy: unknown[] = [];
  for (let at = 0; at < length; at++) {
    const item: unknown = given[at];
    if (item === undefined || item === null) {
      copy.push(null);
      continue;
    }
    trail.push(at + 1);
    copy.push(copyValue(shape.item, item, trail));
    trail.pop();
  }
  return copy;
}

function wholeNumber(value: unknown, wanted: string, trail: Trail): number {
  if (typeof value !== 'number') throw refused(value, wanted, trail);
  if (!Number.isSafeInteger(value)) throw refused(value, wanted, trail, `: ${value} is not a whole number below 2^53`);
  return value;
}

/**
 * Returns the bytes of a typed array, a DataView or an ArrayBuffer without copying them. The value may come from
 * another JavaScript realm, such as an iframe. Returns undefined for any other value.
 *
 * For a Buffer of Node, the result is a plain Uint8Array, because `slice` of a Buffer does not copy the bytes.
 */
function bytesOf(value: unknown): Uint8Array | undefined {
  if (ArrayBuffer.isView(value)) {
    if (Object.getPrototypeOf(value) === Uint8Array.prototype) return value as Uint8Array;
    return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  }
  if (typeof value !== 'object') return undefined;
  try {
    // A DataView accepts only a buffer, and also one of another realm, which `instanceof` would not recognize.
    return new Uint8Array(new DataView(value as ArrayBuffer).buffer);
  } catch {
    return undefined;
  }
}

const refused = (value: unknown, wanted: string, trail: Readonly<Trail>, because?: string) =>
  serialization(cannotConvert(value, wanted, trail, because));

function fail(error: Error): never {
  throw error;
}
