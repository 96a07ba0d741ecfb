import { memoryStorage } from '@coracle/storage-memory';
import { expect } from 'vitest';
import { joinBytes } from '../src/bytes.ts';
import { createEngine, type Engine, type EngineOptions, RegistryError } from '../src/index.ts';
import { ecr as ecrService } from '../src/services/ecr.ts';
import { ecrPublic as ecrPublicService } from '../src/services/ecr-public.ts';
import {
  type BuiltImage,
  buildImage,
  type ImageOptions,
  sequentialIds,
  type TestHelpers,
  withTestHelpers,
} from '../src/testing/index.ts';
import { type WatchedStorage, watchedStorage } from './storage.ts';

/** Helpers for the tests of the operations. They are outside of `src`, so that they are not published. */

export const account = '123456789012';
export const otherAccount = '210987654321';
/** The default alias that follows from `account`. */
export const defaultAlias = 'xqj38ptr';
/** The time at which the tests' clock starts. */
export const start = Date.UTC(2026, 0, 1);
export const minute = 60_000;
export const hour = 60 * minute;

/** A clock that stands still until a test moves it. */
export interface TestClock {
  (): number;
  advance(milliseconds: number): void;
}

export function testClock(now = start): TestClock {
  return Object.assign(() => now, {
    advance: (milliseconds: number) => {
      now += milliseconds;
    },
  });
}

export interface TestRegistry {
  readonly engine: Engine & TestHelpers;
  readonly ecrPublic: Engine['ecrPublic'];
  readonly ecr: Engine['ecr'];
  readonly distribution: Engine['distribution'];
  readonly clock: TestClock;
  readonly storage: WatchedStorage;
}

export type TestOptions = Partial<Omit<EngineOptions, 'services' | 'storage' | 'clock'>> & {
  readonly storage?: WatchedStorage;
  readonly clock?: TestClock;
};

/** An empty registry in memory whose ids, clock and contents a test can foresee. */
export function emptyRegistry(options: TestOptions = {}): TestRegistry {
  const { storage = watchedStorage(memoryStorage()), clock = testClock() } = options;
  const services = [ecrPublicService, ecrService] as const;
  const engine = withTestHelpers(createEngine({ ids: sequentialIds(), ...options, storage, clock, services }));
  const { ecrPublic, ecr, distribution } = engine;
  return { engine, ecrPublic, ecr, distribution, clock, storage };
}

/** A registry with these public repositories. */
export async function registryWith(names: readonly string[], options?: TestOptions): Promise<TestRegistry> {
  const registry = emptyRegistry(options);
  for (const repositoryName of names) await registry.ecrPublic.createRepository({ repositoryName });
  return registry;
}

/** Returns the refusal of a call as a client sees it: name, message and the exception's own members. */
export async function refusalOf(call: Promise<unknown>): Promise<Record<string, unknown>> {
  const answer = await call.then(
    (value) => ({ value }),
    (error: unknown) => error,
  );
  if (!(answer instanceof RegistryError)) {
    expect.fail(`Not refused by the registry, but: ${answer instanceof Error ? answer.stack : JSON.stringify(answer)}`);
  }
  return { name: answer.name, message: answer.message, ...answer.members };
}

/** That a call is refused with exactly this, and that it changed nothing: no record, no byte. */
export async function expectRefused(
  registry: TestRegistry,
  call: () => Promise<unknown>,
  name: string,
  message: string,
  members: Record<string, unknown> = {},
): Promise<void> {
  const before = await registry.storage.contents();
  expect(await refusalOf(call())).toEqual({ name, message, ...members });
  expect(await registry.storage.contents()).toEqual(before);
}

/** The text of an InvalidParameterException. */
export const invalidText = (path: string, constraint: string): string =>
  `Invalid parameter at '${path}' failed to satisfy constraint: '${constraint}'`;

export const expectInvalid = (
  registry: TestRegistry,
  call: () => Promise<unknown>,
  path: string,
  constraint: string,
): Promise<void> => expectRefused(registry, call, 'InvalidParameterException', invalidText(path, constraint));

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
export const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** `sha256:` of a text or of bytes, reckoned by the platform and not by the code under test. */
export async function digestOf(content: string | Uint8Array): Promise<string> {
  const bytes = typeof content === 'string' ? bytesOf(content) : content;
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return `sha256:${[...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** A digest that nothing in a test has. */
export const unknownDigest = `sha256:${'0'.repeat(63)}1`;

/** Starts an upload and puts these parts, one after the other. */
export async function uploadParts(
  { ecrPublic }: TestRegistry,
  repositoryName: string,
  parts: readonly (string | Uint8Array)[],
): Promise<string> {
  const { uploadId } = await ecrPublic.initiateLayerUpload({ repositoryName });
  let first = 0;
  for (const part of parts) {
    const layerPartBlob = typeof part === 'string' ? bytesOf(part) : part;
    const partLastByte = first + layerPartBlob.length - 1;
    await ecrPublic.uploadLayerPart({ repositoryName, uploadId, partFirstByte: first, partLastByte, layerPartBlob });
    first = partLastByte + 1;
  }
  return uploadId;
}

/** Uploads a layer in one part by the three calls of the API; answers with its digest. */
export async function putLayer(
  registry: TestRegistry,
  repositoryName: string,
  content: string | Uint8Array,
): Promise<string> {
  const uploadId = await uploadParts(registry, repositoryName, [content]);
  const layerDigests = [await digestOf(content)];
  const { layerDigest } = await registry.ecrPublic.completeLayerUpload({ repositoryName, uploadId, layerDigests });
  return layerDigest;
}

/** Puts what is still missing of all that an image names: its layers, or the images of a list. */
export async function putParts(registry: TestRegistry, repositoryName: string, image: BuiltImage): Promise<void> {
  const layerDigests = [...new Set(image.blobs.map(({ digest }) => digest))];
  if (layerDigests.length > 0) {
    const { layers } = await registry.ecrPublic.batchCheckLayerAvailability({ repositoryName, layerDigests });
    for (const { layerDigest, layerAvailability } of layers) {
      const blob = image.blobs.find(({ digest }) => digest === layerDigest);
      if (blob && layerAvailability === 'UNAVAILABLE') await putLayer(registry, repositoryName, blob.bytes);
    }
  }
  const there = new Set((await imagesIn(registry, repositoryName)).map(([digest]) => digest));
  for (const child of image.images) if (!there.has(child.digest)) await putImage(registry, repositoryName, child);
}

/** Pushes an image by the calls of the API, under a tag or without one. */
export async function putImage(
  registry: TestRegistry,
  repositoryName: string,
  image: BuiltImage,
  imageTag?: string,
): Promise<BuiltImage> {
  await putParts(registry, repositoryName, image);
  await registry.ecrPublic.putImage({
    repositoryName,
    imageManifest: image.manifest,
    ...(imageTag === undefined ? {} : { imageTag }),
  });
  return image;
}

/** An image of its own content: another text, another digest. */
export const imageOf = (text: string, options: ImageOptions = {}): Promise<BuiltImage> =>
  buildImage({ layers: [text], ...options });

/** Pushes a new image under a tag. */
export const push = async (registry: TestRegistry, repositoryName: string, imageTag: string): Promise<BuiltImage> =>
  putImage(registry, repositoryName, await imageOf(`${repositoryName}:${imageTag}`), imageTag);

/** The images of a repository in the order of their push, as digest and tags. */
export async function imagesIn(
  { ecrPublic }: TestRegistry,
  repositoryName: string,
): Promise<[digest: string, tags: readonly string[]][]> {
  const { imageDetails } = await ecrPublic.describeImages({ repositoryName, maxResults: 1000 });
  return imageDetails.map(({ imageDigest, imageTags }) => [imageDigest, imageTags ?? []]);
}

export const repositoryArn = (name: string, accountId = account): string =>
  `arn:aws:ecr-public::${accountId}:repository/${name}`;

/** The description of a public repository of the tests, as DescribeRepositories and others return it. */
export const repositoryShape = (repositoryName: string, createdAt = start) => ({
  repositoryArn: repositoryArn(repositoryName),
  registryId: account,
  repositoryName,
  repositoryUri: `public.ecr.aws/${defaultAlias}/${repositoryName}`,
  createdAt: new Date(createdAt),
});

export const repositoryMissing = (repositoryName: string, registryId = account): string =>
  `The repository with name '${repositoryName}' does not exist in the registry with id '${registryId}'`;

/** All chunks of a stream, joined. */
export async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  return joinBytes(parts);
}

/** A stream of these chunks. */
export async function* streamOf(...chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? bytesOf(chunk) : chunk;
}
