import { type Engine, RegistryError } from '@coracle/core';
import { type BuiltImage, buildImage } from '@coracle/core/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { ask, at, emptyWorld, type Isolate, isolateCount, minute, pull, push, type World } from './lagging/world.ts';
import { searchFor } from './search.ts';

/**
 * Several places create a repository at once, or delete and create it again, on a KV that lags. In the end the
 * repository has all images that were pushed through any of the creations, also after collections. It has no image of
 * the deleted repository.
 *
 * The search goes by rounds. A round ends when everybody has seen all of it. It deletes only what earlier rounds
 * pushed.
 */

const { name: repositoryName } = at;
const second = 1000;
const images: readonly BuiltImage[] = await Promise.all(
  ['one', 'two', 'three', 'four', 'five'].map((layer) => buildImage({ layers: ['base', layer] })),
);

type Call =
  | { readonly kind: 'create' | 'reset' | 'look' | 'collect'; readonly isolate: number }
  | { readonly kind: 'push'; readonly isolate: number; readonly image: number };
type Step =
  | Call
  | { readonly kind: 'together'; readonly calls: readonly Call[] }
  | { readonly kind: 'restart'; readonly isolate: number }
  | { readonly kind: 'later'; readonly milliseconds: number };

const isolate = fc.nat(isolateCount - 1);
const call: fc.Arbitrary<Call> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('create' as const, 'reset' as const), isolate }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('push' as const), isolate, image: fc.nat(images.length - 1) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('look' as const, 'collect' as const), isolate }) },
);
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: call },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('together' as const),
      calls: fc.uniqueArray(call, { minLength: 2, maxLength: 3, selector: (one) => one.isolate }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), isolate }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('later' as const), milliseconds: fc.nat(40 * second) }) },
);
const round = fc.record({
  steps: fc.array(step, { minLength: 1, maxLength: 12 }),
  /** How long after it the next one begins. */
  pause: fc.constantFrom(3 * minute, 12 * minute, 30 * minute),
});
type Round = typeof round extends fc.Arbitrary<infer T> ? T : never;

/** The state of a round: what was there before it, who has created the repository, and what was acknowledged. */
interface Known {
  readonly start: number;
  /** The digests of images that were there for everybody when the round began. */
  readonly before: ReadonlySet<string>;
  wasDeleted: boolean;
  /** The isolates that have created it in this round, and so know that it is not the earlier one. */
  readonly creators: Set<Isolate>;
  /** The digests that were acknowledged to a creator. */
  readonly acknowledged: Set<string>;
  /** The digests that were acknowledged to others, who may not have known of a deletion. */
  readonly acknowledgedToOthers: Set<string>;
  readonly pushed: Set<string>;
}

/** Whether a call was acknowledged; false if it was refused with one of these. */
async function succeeds(call: Promise<unknown>, ...names: string[]): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (!(error instanceof RegistryError) || !names.includes(error.name)) throw error;
    return false;
  }
}

async function create(isolate: Isolate, known: Known): Promise<void> {
  const creation = isolate.engine.ecr.createRepository({ repositoryName });
  if (await succeeds(creation, 'RepositoryAlreadyExistsException')) known.creators.add(isolate);
}

/** When the repository that an isolate sees was created, if it sees one. */
async function createdAt({ ecr }: Engine): Promise<number | undefined> {
  return (await ecr.describeRepositories()).repositories[0]?.createdAt?.getTime();
}

/** Deletes the repository of before, as far as the isolate sees it, and creates it again. */
async function reset(isolate: Isolate, known: Known): Promise<void> {
  const seen = await createdAt(isolate.engine);
  if (seen !== undefined && seen < known.start) {
    known.wasDeleted = true;
    const deletion = isolate.engine.ecr.deleteRepository({ repositoryName, force: true }).then(({ repository }) => {
      // Another read showed another state.
      fc.pre((repository?.createdAt?.getTime() ?? 0) < known.start);
    });
    await succeeds(deletion, 'RepositoryNotFoundException');
  }
  await create(isolate, known);
}

async function take(world: World, known: Known, call: Call): Promise<void> {
  const isolate = world.isolates[call.isolate];
  if (isolate === undefined) return;
  switch (call.kind) {
    case 'create':
      return create(isolate, known);
    case 'reset':
      return reset(isolate, known);
    case 'push': {
      const image = images[call.image];
      if (image === undefined) return;
      known.pushed.add(image.digest);
      const knew = known.creators.has(isolate);
      const choose = () => ({ isolate: call.isolate, later: 0 });
      const manner = { tries: 2, follows: true, ranges: true };
      if (!(await push(world, image, undefined, choose, manner))) return;
      (knew ? known.acknowledged : known.acknowledgedToOthers).add(image.digest);
      return;
    }
    case 'look':
      await createdAt(isolate.engine);
      if (!known.creators.has(isolate) || !known.wasDeleted) return;
      for (const digest of known.before)
        if (!known.pushed.has(digest)) expect(await pull(isolate, digest)).toBeUndefined();
      return;
    case 'collect':
      await isolate.engine.collectGarbage({ grace: 0 });
  }
}

async function perform(world: World, known: Known, step: Step): Promise<void> {
  if (step.kind === 'together') await Promise.all(step.calls.map((one) => take(world, known, one)));
  else if (step.kind === 'later') world.kv.advance(step.milliseconds);
  else if (step.kind === 'restart') {
    const isolate = world.isolates[step.isolate];
    if (isolate) known.creators.delete(isolate);
    world.restart(step.isolate);
  } else await take(world, known, step);
}

/** Every isolate sees what it should, and nothing that it should not. */
async function expectSettled(world: World, there: ReadonlySet<string>, gone: ReadonlySet<string>): Promise<void> {
  for (const isolate of world.isolates) {
    for (const digest of there) expect(await pull(isolate, digest)).toBe(digest);
    for (const digest of gone) {
      expect(await ask(isolate, ({ distribution }) => distribution.getManifest(at, digest))).toBeUndefined();
    }
  }
}

async function run(seed: number, rounds: readonly Round[]): Promise<void> {
  const world = emptyWorld(seed);
  let there: ReadonlySet<string> = new Set();
  for (const { steps, pause } of rounds) {
    const known: Known = {
      start: world.kv.now(),
      before: there,
      wasDeleted: false,
      creators: new Set(),
      acknowledged: new Set(),
      acknowledgedToOthers: new Set(),
      pushed: new Set(),
    };
    // Creations of this round have a later time than those before.
    world.kv.advance(second);
    for (const one of steps) await perform(world, known, one);
    world.kv.advance(pause);
    there = known.wasDeleted
      ? known.acknowledged
      : new Set([...known.before, ...known.acknowledged, ...known.acknowledgedToOthers]);
    const gone = new Set(known.wasDeleted ? [...known.before].filter((digest) => !known.pushed.has(digest)) : []);
    await expectSettled(world, there, gone);
  }
  for (let times = 0; times < 3; times++) {
    world.kv.advance(11 * minute);
    for (let nth = 0; nth < isolateCount; nth += 2) world.restart(nth);
    await world.isolates[0]?.engine.collectGarbage({ grace: 0 });
    world.kv.advance(11 * minute);
    await expectSettled(world, there, new Set());
  }
}

it('keeps what was pushed through any of its creations, and nothing of before', { timeout: 3_600_000 }, async () => {
  const rounds = fc.array(round, { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), rounds, run), searchFor(8));
});
