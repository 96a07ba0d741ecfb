/**
 * The method that `await using` calls. It is in the types only if a program's own `lib` has `Symbol.asyncDispose`
 * (`esnext.disposable`, or the types of Node), so that the types compile without it as well.
 */
export type AsyncDisposal = typeof Symbol extends { readonly asyncDispose: infer Key extends symbol }
  ? { readonly [K in Key]: () => Promise<void> }
  : Record<never, never>;

/** The part of `Symbol` that older platforms do not have. */
interface Symbols {
  readonly for: unknown;
  readonly asyncDispose?: symbol;
}

/** Makes the method that `await using` calls. */
export function disposalBy(close: () => Promise<void>): AsyncDisposal {
  // Transpiled code looks for this name if the platform does not have the symbol.
  const { asyncDispose = Symbol.for('Symbol.asyncDispose') }: Symbols = Symbol;
  return { [asyncDispose]: close } as unknown as AsyncDisposal;
}
