import { Bench, type Need, type StorageUnderTest } from './bench.ts';

/** The result of running one rule (named test) on one storage. */
export type Outcome =
  | { readonly outcome: 'kept' }
  | { readonly outcome: 'notApplicable'; readonly why: string }
  | { readonly outcome: 'broken'; readonly error: unknown };

/** A named test of a storage, which any test runner can run: `for (const rule of rules) it(rule.name, rule.run)`. */
export interface Rule {
  /**
   * The name of the rule (named test), which says what the rule requires of a storage. Each rule in a list has another
   * name.
   */
  readonly name: string;
  /**
   * Runs the rule (named test). If the storage breaks the rule, the promise rejects with an error that says how. If the
   * rule does not apply to the storage, the function calls `skip(why)` of the test context, which vitest and node:test
   * pass as the first argument. Without a test context it logs the reason by `console.info`.
   */
  readonly run: (...context: readonly unknown[]) => Promise<void>;
  /** Runs the rule (named test) without a test runner, and returns the result. The promise never rejects. */
  readonly check: () => Promise<Outcome>;
}

/**
 * The definition of a rule (named test): its name, the features that it needs, and a test that throws if the storage
 * breaks the rule.
 */
export interface RuleText {
  readonly name: string;
  readonly needs?: readonly Need[];
  readonly test: (bench: Bench) => Promise<void>;
}

/** Makes the rules (named tests) for the storage `subject` from the definitions in `texts`. */
export function rulesFor(subject: StorageUnderTest, texts: readonly RuleText[]): Rule[] {
  return texts.map((text) => {
    const check = () => judge(subject, text);
    return {
      name: text.name,
      check,
      // Rest parameters keep `run.length` at 0: jest would take a declared one for its `done` callback.
      run: async (...context) => {
        const result = await check();
        if (result.outcome === 'broken') throw result.error;
        if (result.outcome === 'notApplicable') tell(context[0], text.name, result.why);
      },
    };
  });
}

async function judge(subject: StorageUnderTest, text: RuleText): Promise<Outcome> {
  const judged = await attempt(() => onBench(subject, text));
  const destroyed = await attempt(async () => {
    await subject.destroy?.();
    return judged;
  });
  return judged.outcome === 'broken' ? judged : destroyed;
}

async function onBench(subject: StorageUnderTest, text: RuleText): Promise<Outcome> {
  const bench = new Bench(subject, await subject.open());
  const why = bench.whyNot(text.needs ?? []);
  if (why !== undefined) {
    await bench.close();
    return { outcome: 'notApplicable', why };
  }
  try {
    await bench.begin();
    await text.test(bench);
    await bench.clear();
  } catch (error) {
    await bench.abandon();
    throw error;
  }
  await bench.close();
  return { outcome: 'kept' };
}

async function attempt(act: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await act();
  } catch (error) {
    return { outcome: 'broken', error };
  }
}

function tell(context: unknown, name: string, why: string): void {
  if (canSkip(context)) context.skip(`not applicable: ${why}`);
  else console.info(`not applicable: ${name} (${why})`);
}

function canSkip(context: unknown): context is { skip(why: string): void } {
  // Vitest's context is a function with members, node:test's an object.
  const hasMembers = typeof context === 'function' || (typeof context === 'object' && context !== null);
  return hasMembers && 'skip' in context && typeof context.skip === 'function';
}
