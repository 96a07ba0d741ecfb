import type { Distribution } from '../engine/distribution.ts';
import { internalsOf, keepInternals } from '../engine/internals.ts';
import type { Runner } from '../engine/runner.ts';
import type { OperationName } from '../model/index.ts';
import type { EngineBase } from '../registry.ts';
import type { InterceptOptions } from './intercept-options.ts';
import { type Interception, Interceptions } from './interceptions.ts';
import { type Seed, type Seeded, seed } from './seed.ts';
import { restoreSnapshot, type Snapshot, takeSnapshot } from './snapshot.ts';

/** The methods of `distribution` that answer at once, without a call that could be intercepted. */
const immediate = ['kindOfHost', 'checkPlace'] as const satisfies (keyof Distribution)[];

/** The calls that can be intercepted: operations, methods of `distribution`, or all by `*`. */
export type InterceptedName = OperationName | Exclude<keyof Distribution, (typeof immediate)[number]> | '*';

/** The methods of a registry that only tests need. */
export interface TestHelpers {
  /** Fills the registry: `seed({ public: { 'team/web': ['v1', 'v2'] } })`. */
  seed(what: Seed): Promise<Seeded>;
  /** Takes a snapshot of all that the registry holds now. */
  snapshot(): Promise<Snapshot>;
  /** Restores a snapshot of this registry or of another one. */
  restore(snapshot: Snapshot): Promise<void>;
  /**
   * Sees, delays, fails or counts calls of an operation (`PutImage`, `putManifest`), or of all (`*`):
   * `intercept('PutImage', { fail: { name: 'ThrottlingException' }, times: 1 })`.
   * @throws TypeError if the operation does not exist or an option is invalid
   */
  intercept(operation: InterceptedName, options?: InterceptOptions): Interception;
  /** Whether any interception is active. */
  readonly intercepting: boolean;
  /** Ends all interceptions, for example in an `afterEach`. Calls that they hold back go on. */
  stopIntercepting(): void;
}

/**
 * Returns an engine with the methods that tests need: `withTestHelpers(createEngine({ storage, services }))`. Calls of
 * the original engine are intercepted as well.
 * @throws TypeError if `createEngine` did not make the engine
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

/** Gives the interceptions of an engine. An engine that gets the helpers twice has the same interceptions in both. */
function interceptionsOf(runner: Runner, { services, distribution }: EngineBase): Interceptions {
  const there = interceptionsByRunner.get(runner);
  if (there) return there;
  const methods = Object.keys(distribution).filter((name) => !(immediate as readonly string[]).includes(name));
  const interceptions = new Interceptions({ services, methods });
  interceptionsByRunner.set(runner, interceptions);
  runner.beforeCall = (call) => (interceptions.none ? undefined : interceptions.meet(call));
  return interceptions;
}
