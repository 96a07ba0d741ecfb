import type { Context } from '../domain/context.ts';
import { sharedByCopies } from '../shared-by-copies.ts';
import type { Runner } from './runner.ts';

/** The internal parts of an engine that its users do not see, but test helpers need. */
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
