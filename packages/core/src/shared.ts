/**
 * Gives the value of this name that all copies of Coracle in a program share. A program that loads Coracle both by
 * `import` and by `require` has two copies.
 */
// @__NO_SIDE_EFFECTS__
export function sharedByCopies<T>(name: string, make: () => T): T {
  const key = Symbol.for(`@coracle/registry:${name}`);
  const values = globalThis as { [key]?: T };
  values[key] ??= make();
  return values[key];
}
