/**
 * Returns the value with the given name. All copies of Coracle in a program share this value. If the value does not
 * exist yet, `make` creates the value.
 *
 * A program that loads Coracle both by `import` and by `require` has two copies of Coracle.
 */
// @__NO_SIDE_EFFECTS__
export function sharedByCopies<T>(name: string, make: () => T): T {
  const key = Symbol.for(`@coracle/registry:${name}`);
  const values = globalThis as { [key]?: T };
  const known = values[key];
  if (known !== undefined) return known;
  const made = make();
  // If `globalThis` is frozen, each copy has a value of its own, which is enough for a program with one copy.
  if (Object.isExtensible(globalThis)) values[key] = made;
  return made;
}
