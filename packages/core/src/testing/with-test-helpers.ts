import type { Distribution } from '../engine/distribution.ts';
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

/** The name of an operation or of a method of `distribution` that can be intercepted, or `*` for all calls. */
export type InterceptedName = OperationName | Exclude<keyof Distribution, (typeof immediate)[number]> | '*';

/** The methods that `withTestHelpers()` adds to an engine. They are meant for tests. */
export interface TestHelpers {
  /** Creates repositories and pushes images to them: `seed({ public: { 'team/web': ['v1', 'v2'] } })`. */
  seed(what: Seed): Promise<Seeded>;
  /** Takes a snapshot of all data of the registry. */
  snapshot(): Promise<Snapshot>;
  /** Replaces all data of the registry by a snapshot, which may be a snapshot of another registry. */
  restore(snapshot: Snapshot): Promise<void>;
  /**
   * Records calls of an operation (`PutImage`), of a method of `distribution` (`putManifest`), or all calls (`*`), and
   * delays or fails them: `intercept('PutImage', { fail: { name: 'ThrottlingException' }, times: 1 })`.
   * @throws TypeError if the operation does not exist or an option is invalid
   */
  intercept(operation: InterceptedName, options?: InterceptOptions): Interception;
  /** Whether any interception is active. */
  readonly intercepting: boolean;
  /** Ends all interceptions, for example in an `afterEach`. Calls that they delay continue at once. */
  stopIntercepting(): void;
}

/**
 * Returns a copy of an engine with the methods of TestHelpers: `withTestHelpers(createEngine({ storage, services }))`.
 * An interception also applies to calls of the original engine.
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
 * Returns the interceptions of an engine. If `withTestHelpers()` is called twice for an engine, both results share
 * their interceptions.
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
