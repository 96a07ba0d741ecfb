/** A JSON object, as in the body of an AWS JSON 1.1 request. */
export type JsonObject = Record<string, unknown>;

/**
 * The limits that are checked before a body is parsed: the maximum depth of nesting and the maximum number of values.
 * Names of members do not count as values. No valid input of a service exceeds these limits.
 */
export const jsonBounds = { depth: 64, values: 20_000 };

/** The names of the members that lead to a value inside of an object: `['catalogData', 'logoImageBlob']`. */
export type Path = readonly string[];

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The position of a value in a JSON object: the object that has the value as a member, and the name of the member. */
export interface Place {
  readonly holder: JsonObject;
  readonly member: string;
}

/**
 * Follows a path through an object. Returns the object that has the last member of the path, and the name of that
 * member. Returns undefined if a value on the path is not an object.
 */
export function placeOf(input: JsonObject, path: Path): Place | undefined {
  const inside = (value: unknown, name: string) => (isObject(value) ? value[name] : undefined);
  const holder = path.slice(0, -1).reduce<unknown>(inside, input);
  const member = path.at(-1);
  return isObject(holder) && member !== undefined ? { holder, member } : undefined;
}
