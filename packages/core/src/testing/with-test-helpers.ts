import type { Distribution } from '../engine/distribution-face.ts';
import { internalsOf, keepInternals } from '../engine/internals.ts';
import type { Runner } from '../engine/runner.ts';
import type { OperationName } from '../model/index.ts';
import type { EngineBase } from '../registry.ts';
import type { InterceptOptions } from './intercept-options.ts';
import { type Interception, Interceptions } from './interceptions.ts';
import { type Seed, type Seeded, seed } from './seed.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

/** The names of the synchronous methods of `distribution`, which cannot be intercepted. */
const immediate = ['kindOfHost', 'checkPlace'] as const satisfies (keyof Distribution)[];

/**
 * The calls that `intercept()` intercepts: the name of an operation such as `PutImage`, the name of a method of
 * `distribution` such as `putManifest`, or `*` for all calls.
 */
export type InterceptedName = OperationName | Exclude<keyof Distribution, (typeof immediate)[number]> | '*';

/** The methods that `withTestHelpers()` adds to an engine, for use in tests. */
export interface TestHelpers {
  /**
   * Creates repositories and pushes images to them. For example, `seed({ public: { 'team/web': ['v1', 'v2'] } })`
   * pushes two images with the tags `v1` and `v2` to the public repository `team/web`.
   */
  seed(what: Seed): Promise<Seeded>;
  /** Takes a snapshot of all data of the registry. */
  snapshot(): Promise<Snapshot>;
  /** Replaces all data of the registry with the data of a snapshot. The snapshot may be from another registry. */
  restore(snapshot: Snapshot): Promise<void>;
  /**
   * Intercepts the calls of an operation such as `PutImage`, the calls of a method of `distribution` such as
   * `putManifest`, or all calls (`*`). Intercepted calls are recorded. With the option `delay` or `fail`, intercepted
   * calls are also delayed or fail: `intercept('PutImage', { fail: { name: 'ThrottlingException' }, times: 1 })`.
   * @throws TypeError if the operation does not exist or an option is invalid
   */
  intercept(operation: InterceptedName, options?: InterceptOptions): Interception;
  /** Whether an interception is active, which means that `intercept()` has started it and it has not been ended yet. */
  readonly intercepting: boolean;
  /** Ends all interceptions, for example in an `afterEach`. Calls that an interception delays continue at once. */
  stopIntercepting(): void;
}

/**
 * Returns a copy of an engine with the methods of TestHelpers: `withTestHelpers(createEngine({ storage, services }))`.
 * If `intercept()` of the copy is called, calls of the original engine are also intercepted.
 * @throws TypeError if the argument is not a result of `createEngine`
 */
export function withTestHelpers<E extends EngineBase>(engine: E): E & TestHelpers {
  const parts = internalsOf(engine);
  if (!parts) {
    throw new TypeError('withTestHelpers() needs an engine: pass the result of createEngine()');
  }
  const { context, runner } = parts;
  const interceptions = interceptionsOf(runner, engine);
  const helpers: TestHelpers = {
    seed: (what) => seed(engine, what),
    snapshot: () => takeSnapshot(context),
    restore: (snapshot) => restoreSnapshot(context, snapshot),
    intercept: (operation, options = {}) => interceptions.add(operation, options),
    get intercepting() {
      return !interceptions.none;
    },
    stopIntercepting: () => interceptions.stopAll(),
  };
  // If the helpers were spread, `intercepting` would be read only once.
  const helped = Object.defineProperties({ ...engine }, Object.getOwnPropertyDescriptors(helpers)) as E & TestHelpers;
  keepInternals(helped, parts);
  return helped;
}

const interceptionsByRunner = new WeakMap<Runner, Interceptions>();

/**
 * Returns the interceptions of an engine. If a program calls `withTestHelpers()` twice for the same engine, both
 * results have the same interceptions.
 */
function interceptionsOf(runner: Runner, { services, distribution }: EngineBase): Interceptions {
  const there = interceptionsByRunner.get(runner);
  if (there) return there;
  const methods = Object.keys(distribution).filter((name) => !(immediate as readonly string[]).includes(name));
  const interceptions = new Interceptions({ services, methods });
  interceptionsByRunner.set(runner, interceptions);
  runner.beforeCall = (call) => (interceptions.none ? undefined : interceptions.meet(call));
  return interceptions;
}
