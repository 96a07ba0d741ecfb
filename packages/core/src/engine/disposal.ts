/**
 * The method `[Symbol.asyncDispose]`, which `await using` calls at the end of a block. It is part of the types only if
 * the `lib` of a program has `Symbol.asyncDispose` (`esnext.disposable`, or the types of Node), so that other programs
 * compile as well.
 */
export type AsyncDisposal = typeof Symbol extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : Record<never, never>;

/** The members of `Symbol` that are needed here. Older platforms do not have `asyncDispose`. */
interface Symbols {
  readonly for: unknown;
  readonly asyncDispose?: symbol;
}

/** Returns an object with the method that `await using` calls, which calls `close`. */
export function disposalBy(close: () => Promise<void>): AsyncDisposal {
  // Transpiled code looks for this name if the platform does not have the symbol.
  const { asyncDispose = Symbol.for('Symbol.asyncDispose') }: Symbols = Symbol;
  return { [asyncDispose]: close } as unknown as AsyncDisposal;
}
