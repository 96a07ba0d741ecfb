/** The value of a body of AWS JSON 1.1. */
export type JsonObject = Record<string, unknown>;

/**
 * The limits of a body, checked before it is parsed: no input of a service has so much. Names of members do not count.
 */
export const jsonBounds = { depth: 64, values: 20_000 };

/** The path to a member: `['catalogData', 'logoImageBlob']`. */
export type Path = readonly string[];

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A place that may hold a string. */
export interface Place {
  readonly holder: JsonObject;
  readonly member: string;
}

/** Finds the place at a path; undefined if something on the way is not an object. */
export function placeOf(input: JsonObject, path: Path): Place | undefined {
  const inside = (value: unknown, name: string) => (isObject(value) ? value[name] : undefined);
  const holder = path.slice(0, -1).reduce<unknown>(inside, input);
  const member = path.at(-1);
  return isObject(holder) && member !== undefined ? { holder, member } : undefined;
}
