import type { Context } from '../domain/context.ts';
import { sharedByCopies } from '../shared-by-copies.ts';
import type { Runner } from './runner.ts';

/** The parts of an engine that are hidden from its users, and that test helpers need. */
export interface Internals {
  readonly context: Context;
  readonly runner: Runner;
}

const internals = sharedByCopies('internals', () => new WeakMap<object, Internals>());

export function keepInternals(engine: object, parts: Internals): void {
  internals.set(engine, parts);
}

/** Finds the parts of an engine; undefined if `createEngine` did not make it. */
export const internalsOf = (engine: object): Internals | undefined => internals.get(engine);
