import { describe, inject } from 'vitest';
import type { Engine } from '../../scripts/browsers.mjs';
import { describeSkipped } from './groups.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The engine of the browser in which a project of test/browser/project.ts runs its tests. */
    readonly engine: Engine;
  }
}

/** Why an engine cannot run a group of tests. */
type Cannot = Readonly<Partial<Record<Engine, string>>>;

/**
 * Registers a group of tests, unless the engine of this project cannot run it. The group is then skipped, and the end of
 * the run names it. Works in pages and in Node.
 */
export function describeUnless(cannot: Cannot, name: string, tests: () => void): void {
  const engine = inject('engine');
  const reason = cannot[engine];
  if (reason === undefined) describe(name, tests);
  else describeSkipped(`${name}, in ${engine}`, reason);
}
