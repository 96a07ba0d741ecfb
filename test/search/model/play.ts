import { type Engine, RegistryError } from '@coracle/core';
import { expect } from 'vitest';
import {
  collect,
  defaultAlias,
  streamOf,
  type TestClock,
  textOf,
} from '../../../packages/core/test-support/registry.ts';
import { digestOf, type Model } from './model.ts';
import { blobs, images, names } from './pool.ts';
import { account, Refusal } from './refusal.ts';
import type { Step } from './steps.ts';

type Outcome =
  | { readonly value: unknown }
  | { readonly refused: string; readonly message: string; readonly members: object };
type Methods = Record<string, (input: object, answer?: unknown) => unknown>;

/** An engine and the model, with what the steps of a sequence name by its position. */
export interface World {
  readonly engine: Engine;
  readonly model: Model;
  readonly clock: TestClock;
  readonly uploads: { readonly id: string; readonly name: string }[];
  readonly tokens: string[];
}

async function outcomeOf(perform: () => unknown): Promise<Outcome> {
  try {
    return { value: await perform() };
  } catch (error) {
    if (error instanceof RegistryError || error instanceof Refusal) {
      return { refused: error.name, message: error.message, members: error.members };
    }
    throw error;
  }
}

/** Calls both and compares: what is answered, or the exception with its text and members. */
async function both(label: string, real: () => unknown, modelled: (answer: unknown) => unknown): Promise<unknown> {
  const is = await outcomeOf(real);
  const answer = 'value' in is ? is.value : undefined;
  const should = await outcomeOf(() => modelled(answer));
  const textUnknown = 'refused' in should && should.message === '';
  // An address names the registry by its alias, and so do texts about it.
  const message = 'refused' in is && !textUnknown ? is.message.replace(`'${defaultAlias}'`, `'${account}'`) : '';
  expect(inAnyOrder('refused' in is ? { ...is, message } : is), label).toEqual(inAnyOrder(should));
  return answer;
}

/** Sorts the answer of BatchDeleteImage, which is in no particular order (semantics §3.1). */
function inAnyOrder(outcome: Outcome): Outcome {
  const value = 'value' in outcome ? (outcome.value as Record<string, unknown>) : {};
  if (!('imageIds' in value && 'failures' in value)) return outcome;
  const sorted = (list: unknown) => (list as unknown[]).map((one) => JSON.stringify(one, membersByName)).sort();
  return { value: { imageIds: sorted(value['imageIds']), failures: sorted(value['failures']) } };
}

const membersByName = (_: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

function call(world: World, operation: string, input: object): Promise<unknown> {
  const real = world.engine.ecrPublic as unknown as Methods;
  const modelled = world.model as unknown as Methods;
  return both(
    `${operation} ${JSON.stringify(input)}`,
    () => real[operation]!(input),
    (answer) => modelled[operation]!(input, answer),
  );
}

async function initiate(world: World, repositoryName: string): Promise<string | undefined> {
  const answer = await call(world, 'initiateLayerUpload', { repositoryName });
  return (answer as { uploadId: string } | undefined)?.uploadId;
}

/** Uploads counted from the newest; a few steps name one that never was. */
const uploadAt = ({ uploads }: World, back: number) => uploads.at(-1 - back) ?? never;
const never = { id: '6cb64b8a-9378-0e33-2ab1-b780fab8a9e9', name: names[0] };

const sizeOf = ({ model }: World, name: string, uploadId: string) =>
  (model.repositories.get(name)?.uploads.get(uploadId)?.parts ?? []).reduce((sum, { length }) => sum + length, 0);

/** All that an image needs, by the calls of the API; what is there already is refused on both sides. */
async function pushLayers(world: World, repositoryName: string, at: number): Promise<void> {
  for (const { digest, bytes } of images[at]!.blobs.map((blob) => blobs[blob]!)) {
    const uploadId = await initiate(world, repositoryName);
    if (uploadId === undefined) return;
    const part = { partFirstByte: 0, partLastByte: bytes.length - 1, layerPartBlob: bytes };
    await call(world, 'uploadLayerPart', { repositoryName, uploadId, ...part });
    await call(world, 'completeLayerUpload', { repositoryName, uploadId, layerDigests: [digest] });
  }
}

export async function play(world: World, step: Step): Promise<unknown> {
  const { engine, model, clock } = world;
  const { distribution } = engine;
  const at = (name: string) => distribution.locate('public.ecr.aws', `${defaultAlias}/${name}`).catch(() => undefined);
  switch (step.kind) {
    case 'advance':
      return clock.advance(step.by);
    case 'call':
      return call(world, step.operation, step.input);
    case 'initiate': {
      const id = await initiate(world, step.name);
      return id === undefined ? undefined : world.uploads.push({ id, name: step.name });
    }
    case 'part': {
      const { id: uploadId, name } = uploadAt(world, step.upload);
      const repositoryName = step.stray ?? name;
      const size = sizeOf(world, name, uploadId);
      const layerPartBlob = blobs[step.blob]!.bytes.slice(size, size + step.length);
      const partFirstByte = Math.max(0, size + step.skip);
      const partLastByte = Math.max(0, partFirstByte + layerPartBlob.length - 1 + step.more);
      const input = { repositoryName, uploadId, partFirstByte, partLastByte, layerPartBlob };
      return call(world, 'uploadLayerPart', input);
    }
    case 'complete': {
      const { id: uploadId, name } = uploadAt(world, step.upload);
      const held = Buffer.concat(model.repositories.get(name)?.uploads.get(uploadId)?.parts ?? []);
      const right = digestOf(held);
      const layerDigests = step.digests.map((digest) => (digest === 'right' ? right : digest));
      return call(world, 'completeLayerUpload', { repositoryName: step.stray ?? name, uploadId, layerDigests });
    }
    case 'layers':
      return pushLayers(world, step.name, step.image);
    case 'push': {
      await pushLayers(world, step.name, step.image);
      const imageTag = step.tag === undefined ? {} : { imageTag: step.tag };
      const input = { repositoryName: step.name, imageManifest: images[step.image]!.manifest, ...imageTag };
      return call(world, 'putImage', input);
    }
    case 'page': {
      const nextToken = step.token === undefined ? undefined : world.tokens.at(-1 - step.token);
      const input = { ...step.input, ...(nextToken === undefined ? {} : { nextToken }) };
      const answer = (await call(world, step.operation, input)) as { nextToken?: string } | undefined;
      if (answer?.nextToken !== undefined) world.tokens.push(answer.nextToken);
      return answer;
    }
    default: {
      const address = await at(step.name);
      // Before the first repository the registry has no alias, and so no address.
      if (address) await playDistribution(world, address, step);
    }
  }
}

type Address = Awaited<ReturnType<Engine['distribution']['locate']>>;

async function playDistribution({ engine, model }: World, at: Address, step: Step): Promise<unknown> {
  const { distribution } = engine;
  const label = JSON.stringify(step);
  switch (step.kind) {
    case 'putBlob': {
      const { bytes } = blobs[step.blob]!;
      const { digest } = blobs[step.digest]!;
      await both(
        label,
        () => distribution.putBlob(at, digest, streamOf(bytes)),
        () => model.putBlob(step.name, digest, bytes),
      );
      if (!model.repositories.get(step.name)?.layers.has(digest)) return;
      return expect(await collect((await distribution.getBlob(at, digest)).read())).toEqual(blobs[step.digest]!.bytes);
    }
    case 'putManifest': {
      const { manifest, digest } = images[step.image]!;
      const reference = step.tag ?? digest;
      return both(
        label,
        async () => {
          const put = await distribution.putManifest(at, reference, { bytes: new TextEncoder().encode(manifest) });
          return { digest: put.digest };
        },
        () => model.putManifest(step.name, reference, manifest, undefined),
      );
    }
    case 'getManifest':
      return both(
        label,
        async () => {
          const { digest, mediaType, bytes } = await distribution.getManifest(at, step.reference);
          return { digest, mediaType, manifest: textOf(bytes) };
        },
        () => model.getManifest(step.name, step.reference),
      );
    case 'getTags': {
      const { most, last } = step;
      const page = { ...(most === undefined ? {} : { most }), ...(last === undefined ? {} : { last }) };
      return both(
        label,
        async () => ({ tags: (await distribution.getTags(at, page)).tags }),
        () => model.getTags(step.name, most, last),
      );
    }
    default:
      throw new Error(`Not a step of the distribution protocol: ${step.kind}`);
  }
}

/** Compares all that operations describe, after a step. */
export async function observe(world: World): Promise<void> {
  await call(world, 'describeRepositories', {});
  for (const repositoryName of world.model.repositories.keys()) {
    await call(world, 'describeImages', { repositoryName });
    await call(world, 'describeImageTags', { repositoryName });
  }
}
