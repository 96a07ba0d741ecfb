import type { Context } from '../domain/context.ts';
import { sharedByCopies } from '../shared-by-copies.ts';
import type { Runner } from './runner.ts';

/** The internal parts of an engine. Test helpers need these parts, but the type of the engine does not show them. */
export interface Internals {
  readonly context: Context;
  readonly runner: Runner;
}

const internals = sharedByCopies('internals', () => new WeakMap<object, Internals>());

export function keepInternals(engine: object, parts: Internals): void {
  internals.set(engine, parts);
}

/** Returns the internal parts of an engine; undefined if `createEngine` did not create the engine. */
export const internalsOf = (engine: object): Internals | undefined => internals.get(engine);
