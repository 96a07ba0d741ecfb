/**
 * An object with the method `[Symbol.asyncDispose]`. `await using` calls this method at the end of a block.
 *
 * The type has the method only if the `lib` of a program declares `Symbol.asyncDispose` (`esnext.disposable`, or the
 * types of Node). Otherwise the type has no members, so that programs with an older `lib` compile as well.
 */
export type AsyncDisposal = typeof Symbol extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : Record<never, never>;

/** The members of `Symbol` that `disposalBy` uses. Older platforms do not have `Symbol.asyncDispose`. */
interface Symbols {
  readonly for: unknown;
  readonly asyncDispose?: symbol;
}

/**
 * Returns an object for `await using`. At the end of its block, `await using` calls the method `[Symbol.asyncDispose]`
 * of the object, which is `close`.
 */
export function disposalBy(close: () => Promise<void>): AsyncDisposal {
  // Transpiled code looks for this name if the platform does not have the symbol.
  const { asyncDispose = Symbol.for('Symbol.asyncDispose') }: Symbols = Symbol;
  return { [asyncDispose]: close } as unknown as AsyncDisposal;
}
