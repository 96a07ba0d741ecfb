import { type BuiltImage, buildImage, buildIndex } from '@coracle/core/testing';
import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import {
  ask,
  at,
  type Choice,
  clash,
  isolateCount,
  type Manner,
  minute,
  openWorld,
  pull,
  push,
  type World,
} from './lagging/world.ts';
import { searchFor } from './search.ts';

/** A registry on a KV that lags, served by many isolates: whatever happens, no byte is wrong, and nothing acknowledged is lost. */

const tags = ['latest', 'v1', 'v2'];
const images: readonly BuiltImage[] = [
  await buildImage({ layers: ['base', 'one'] }),
  await buildImage({ layers: ['base', 'two'] }),
  await buildImage({ layers: ['base', 'two', 'three'] }),
  await buildImage({ layers: ['four'] }),
];
const index = await buildIndex({ images: images.slice(0, 2) });
/** An image that may be deleted in between. Its loss is no failure, so nobody asks for it at the end. */
const mortal = await buildImage({ layers: ['base', 'mortal'] });

interface Push {
  readonly kind: 'push';
  readonly image: number;
  readonly tag: number | undefined;
  readonly choices: readonly Choice[];
  readonly manner: Manner;
  /** After so many calls to KV the first isolate ends. */
  readonly ends: number | undefined;
}
type Step =
  | Push
  | { readonly kind: 'pushes'; readonly pushes: readonly Push[] }
  | { readonly kind: 'index'; readonly isolate: number; readonly tag: number }
  | { readonly kind: 'clash'; readonly first: Choice; readonly second: Choice; readonly nth: number }
  | { readonly kind: 'pull'; readonly isolate: number; readonly reference: number }
  | { readonly kind: 'list'; readonly isolate: number }
  | { readonly kind: 'delete'; readonly isolate: number }
  | { readonly kind: 'collect'; readonly isolate: number }
  | { readonly kind: 'restart'; readonly isolate: number }
  | { readonly kind: 'later'; readonly milliseconds: number };

const isolate = fc.nat(isolateCount - 1);
/** Mostly the isolate next door, at once: so that most pushes get through. */
const choice = fc.record({
  isolate,
  later: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(90_000) }),
});
const choices = fc.oneof(
  fc.array(choice, { minLength: 1, maxLength: 1 }),
  fc.array(choice, { minLength: 2, maxLength: 12 }),
);
const onePush: fc.Arbitrary<Push> = fc.record({
  kind: fc.constant('push' as const),
  image: fc.nat(images.length),
  tag: fc.option(fc.nat(tags.length - 1), { nil: undefined }),
  choices,
  manner: fc.record({ tries: fc.integer({ min: 1, max: 3 }), follows: fc.boolean(), ranges: fc.boolean() }),
  ends: fc.option(fc.nat(60), { nil: undefined, freq: 4 }),
});
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: onePush },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pushes' as const),
      pushes: fc.array(onePush, { minLength: 2, maxLength: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('index' as const), isolate, tag: fc.nat(tags.length - 1) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('clash' as const), first: choice, second: choice, nth: fc.nat(3) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('pull' as const),
      isolate,
      reference: fc.nat(images.length + 1 + tags.length),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('list' as const), isolate }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), isolate }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('collect' as const), isolate }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const), isolate }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('later' as const), milliseconds: fc.nat(2 * minute) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('later' as const), milliseconds: fc.nat(20 * minute) }) },
);

/** The pushes that clients made, and those that were acknowledged. */
interface Told {
  readonly acknowledged: Set<string>;
  /** By tag, every digest that was pushed to it, and whether one was acknowledged. */
  readonly tags: Map<string, { digests: Set<string>; acknowledged: boolean }>;
}

const references = [...images.map(({ digest }) => digest), mortal.digest, index.digest, ...tags];

async function take(world: World, told: Told, { image: nth, tag: at, choices, manner, ends }: Push): Promise<void> {
  const image = images[nth] ?? mortal;
  const tag = image === mortal || at === undefined ? undefined : tags[at];
  let next = 0;
  const choose = () => choices[next++ % choices.length] ?? { isolate: 0, later: 0 };
  if (ends !== undefined) world.isolates[choices[0]?.isolate ?? 0]?.endAfter(ends);
  await tell(told, image, tag, () => push(world, image, tag, choose, manner));
  if (ends !== undefined) world.restart(choices[0]?.isolate ?? 0);
}

async function tell(
  told: Told,
  { digest }: BuiltImage,
  tag: string | undefined,
  call: () => Promise<boolean>,
): Promise<void> {
  const tagged = tag === undefined ? undefined : (told.tags.get(tag) ?? { digests: new Set(), acknowledged: false });
  if (tag !== undefined && tagged !== undefined) told.tags.set(tag, tagged);
  tagged?.digests.add(digest);
  if (!(await call())) return;
  told.acknowledged.add(digest);
  if (tagged !== undefined) tagged.acknowledged = true;
}

async function perform(world: World, told: Told, step: Step): Promise<void> {
  switch (step.kind) {
    case 'push':
      return take(world, told, step);
    case 'pushes':
      await Promise.all(step.pushes.map((one) => take(world, told, one)));
      return;
    case 'index': {
      const bytes = new TextEncoder().encode(index.manifest);
      const manifest = { bytes, mediaType: index.mediaType };
      const tag = tags[step.tag] ?? '';
      return tell(told, index, tag, async () => {
        const isolate = world.isolates[step.isolate];
        return (await ask(isolate, ({ distribution }) => distribution.putManifest(at, tag, manifest))) !== undefined;
      });
    }
    case 'clash':
      return clash(world, step.first, step.second, [`one ${step.nth}`, `two ${step.nth}`]);
    case 'pull':
      await pull(world.isolates[step.isolate], references[step.reference] ?? '');
      return;
    case 'list': {
      const isolate = world.isolates[step.isolate];
      await ask(isolate, ({ distribution }) => distribution.getTags(at));
      await ask(isolate, ({ ecr }) => ecr.describeRepositories());
      return;
    }
    case 'delete':
      await ask(world.isolates[step.isolate], ({ distribution }) => distribution.deleteManifest(at, mortal.digest));
      return;
    case 'collect':
      await ask(world.isolates[step.isolate], (engine) => engine.collectGarbage({ grace: 0 }));
      return;
    case 'restart':
      return world.restart(step.isolate);
    case 'later':
      return world.kv.advance(step.milliseconds);
  }
}

async function run(seed: number, steps: readonly Step[]): Promise<void> {
  const world = await openWorld(seed);
  const told: Told = { acknowledged: new Set(), tags: new Map() };
  for (const one of steps) await perform(world, told, one);

  // When all is calm, everybody sees the same, also who has just begun.
  world.kv.advance(10 * minute);
  for (let nth = 0; nth < isolateCount; nth += 2) world.restart(nth);
  for (const isolate of world.isolates) {
    for (const digest of told.acknowledged) {
      if (digest !== mortal.digest) expect(await pull(isolate, digest)).toBe(digest);
    }
    for (const [tag, { digests, acknowledged }] of told.tags) {
      if (acknowledged) expect([...digests]).toContain(await pull(isolate, tag));
    }
  }
  const seen = await Promise.all(
    [...told.tags.keys()].map((tag) => Promise.all(world.isolates.map((isolate) => pull(isolate, tag)))),
  );
  for (const digests of seen) expect(new Set(digests).size).toBe(1);
}

it('shows no wrong byte and loses nothing that it acknowledged', { timeout: 3_600_000 }, async () => {
  const steps = fc.array(step, { minLength: 1, maxLength: 30 });
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 2 ** 30 }), steps, run), searchFor(8));
});
