import { type Address, createEngine, type Engine, ecr, ecrPublic, RegistryError } from '@coracle/core';
import { type BuiltImage, sequentialIds } from '@coracle/core/testing';
import { statusOf } from '@coracle/registry/fetch-handler';
import { kvStorage } from '@coracle/storage-cloudflare-kv';
import { type LaggingKv, type LaggingNamespace, laggingKv } from '@coracle/storage-suite';
import { expect } from 'vitest';
import { bytesOf, collect, digestOf, streamOf, textOf } from '../../../packages/core/test-support/registry.ts';

/** One KV that lags, with a registry on it that many isolates in several places serve. */
export interface World {
  readonly kv: LaggingKv;
  /** Two in each of three places. The client of a request cannot choose which of them answers. */
  readonly isolates: Isolate[];
  /** Ends an isolate at once, and starts another one in its place. */
  restart(nth: number): void;
}

export interface Isolate {
  readonly engine: Engine;
  /** The failures that its clients may get, and after which they try again. */
  readonly retryable: ReadonlySet<string>;
  /** Lets it end after so many further calls to KV: none of its promises ever settles then. */
  endAfter(calls: number): void;
  /** Settled once it has ended. */
  readonly ended: Promise<undefined>;
}

const places = ['ams', 'iad', 'sin'];
export const isolateCount = 2 * places.length;
const start = Date.UTC(2026, 0, 1);
export const minute = 60_000;

export const at: Address = {
  registry: {
    kind: 'private',
    accountId: '123456789012',
    region: 'us-east-1',
    key: 'private/123456789012/us-east-1',
    writtenAs: '123456789012',
  },
  name: 'team/web',
};

/** The failures that a client of `/v2/` may get because a place has not seen yet what another one has. Each can be retried. */
const retryable = new Set([
  'BLOB_UPLOAD_UNKNOWN 404',
  'BLOB_UPLOAD_INVALID 416',
  'BLOB_UNKNOWN 404',
  'DIGEST_INVALID 400',
  'MANIFEST_BLOB_UNKNOWN 400',
  'MANIFEST_UNKNOWN 404',
  'UNKNOWN 503',
]);
const withoutName = new Set([...retryable, 'NAME_UNKNOWN 404']);

/** A registry with the repository, which everybody has seen. */
export async function openWorld(seed: number): Promise<World> {
  const world = emptyWorld(seed, retryable);
  await world.isolates[0]?.engine.ecr.createRepository({ repositoryName: at.name });
  world.kv.advance(3 * minute);
  return world;
}

/** A registry without the repository: clients may be told that as well. */
export const emptyWorld = (seed: number, errors: ReadonlySet<string> = withoutName): World => {
  const kv = laggingKv({ seed, start });
  const ids = sequentialIds();
  const wait = async (milliseconds: number) => kv.advance(milliseconds);
  const isolateIn = (place: string): Isolate => {
    const { namespace, ended, endAfter } = mortal(kv.at(place));
    const engine = createEngine({
      storage: kvStorage(namespace, { clock: kv.now, wait }),
      clock: kv.now,
      ids,
      services: [ecrPublic, ecr],
    });
    return { engine, retryable: errors, ended, endAfter };
  };
  const isolates = Array.from({ length: isolateCount }, (_, nth) => isolateIn(places[nth % places.length] ?? ''));
  return {
    kv,
    isolates,
    restart: (nth) => {
      isolates[nth] = isolateIn(places[nth % places.length] ?? '');
    },
  };
};

/** The binding, of an isolate that may end. */
function mortal(inner: LaggingNamespace) {
  let left = Number.POSITIVE_INFINITY;
  let end = (_: undefined) => {};
  const ended = new Promise<undefined>((resolve) => {
    end = resolve;
  });
  const alive = async <T>(call: () => Promise<T>): Promise<T> => {
    if (left-- <= 0) {
      end(undefined);
      return new Promise<T>(() => {});
    }
    return call();
  };
  const namespace = new Proxy(inner, {
    get: (_, method: 'get' | 'put' | 'delete' | 'list') => {
      return (...of: unknown[]) => alive(() => (inner[method] as (...of: unknown[]) => Promise<unknown>)(...of));
    },
  });
  const endAfter = (calls: number) => {
    left = calls;
  };
  return { namespace, ended, endAfter };
}

/** Returns the answer, or undefined if it is an error that clients retry. */
async function answered<T>(
  { engine, retryable }: Isolate,
  call: (engine: Engine) => Promise<T>,
): Promise<T | undefined> {
  try {
    return await call(engine);
  } catch (error) {
    if (!(error instanceof RegistryError) || !retryable.has(`${error.ociCode} ${statusOf(error)}`)) throw error;
    return undefined;
  }
}

/** Asks an isolate. Returns undefined if the isolate ended before its answer, or if clients retry the error. */
export async function ask<T>(
  isolate: Isolate | undefined,
  call: (engine: Engine) => Promise<T>,
): Promise<T | undefined> {
  if (isolate === undefined) return undefined;
  return Promise.race([answered(isolate, call), isolate.ended]);
}

/** The isolate that answers a client's next request, and the delay before it. The client cannot choose them. */
export interface Choice {
  readonly isolate: number;
  readonly later: number;
}

/** How a client pushes. */
export interface Manner {
  /** How often each request is made before it is given up. */
  readonly tries: number;
  /** Whether it follows the locations that it is given, and whether its chunks say their place. */
  readonly follows: boolean;
  readonly ranges: boolean;
}

/** Pushes as docker does, in chunks. Whether the push was acknowledged. */
export async function push(
  { kv, isolates }: World,
  image: BuiltImage,
  tag: string | undefined,
  choose: () => Choice,
  { tries, follows, ranges }: Manner,
): Promise<boolean> {
  const request = async <T>(call: (engine: Engine) => Promise<T>): Promise<T | undefined> => {
    let answer: T | undefined;
    for (let left = tries; left > 0 && answer === undefined; left--) {
      const { isolate, later } = choose();
      kv.advance(later);
      answer = await ask(isolates[isolate], call);
    }
    return answer;
  };
  for (const { digest, bytes } of image.blobs) {
    if (await request(({ distribution }) => distribution.getBlob(at, digest))) continue;
    const started = await request(({ distribution }) => distribution.startUpload(at));
    if (started === undefined) return false;
    const { uploadId } = started;
    const uploadAt = ({ state }: { state?: string }) => (follows ? { uploadId, state } : uploadId);
    let upload = uploadAt(started);
    const half = Math.ceil(bytes.length / 2);
    for (const first of [0, half]) {
      const chunk = () => streamOf(bytes.slice(first, first + half));
      const taken = await request(({ distribution }) =>
        distribution.appendToUpload(at, upload, chunk(), ranges ? { first } : {}),
      );
      if (taken === undefined) return false;
      upload = uploadAt(taken);
    }
    const done = await request(({ distribution }) => distribution.finishUpload(at, upload, digest));
    if (done === undefined) return false;
  }
  const { manifest, mediaType, digest } = image;
  const put = await request(({ distribution }) =>
    distribution.putManifest(at, tag ?? digest, { bytes: bytesOf(manifest), mediaType }),
  );
  return put !== undefined;
}

/**
 * A client that sends one thing for the bytes of an upload, and to another isolate another thing, and then says that it
 * was the first. Two contents of the same length.
 */
export async function clash(
  { isolates }: World,
  first: Choice,
  second: Choice,
  contents: [string, string],
): Promise<void> {
  const upload = await ask(isolates[first.isolate], ({ distribution }) => distribution.startUpload(at));
  if (upload === undefined) return;
  const { uploadId } = upload;
  await Promise.all(
    [first, second].map(({ isolate }, nth) =>
      ask(isolates[isolate], ({ distribution }) =>
        distribution.appendToUpload(at, uploadId, streamOf(contents[nth] ?? ''), { first: 0 }),
      ),
    ),
  );
  const digest = await digestOf(contents[0]);
  await ask(isolates[first.isolate], ({ distribution }) => distribution.finishUpload(at, uploadId, digest));
  await pullBlob(isolates[second.isolate], digest);
}

/**
 * All bytes; undefined if a piece behind the first one is not there yet: the stream breaks off then, and a client sees fewer
 * bytes than were announced. That the first one is not there is known before anything is answered.
 */
async function readWhole(content: AsyncIterable<Uint8Array>): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of content) chunks.push(chunk);
  } catch (error) {
    if (chunks.length === 0) throw error;
    return undefined;
  }
  return collect(streamOf(...chunks));
}

/** Returns the bytes of a blob, and checks them. Returns undefined if there was no answer. */
async function pullBlob(isolate: Isolate | undefined, digest: string): Promise<Uint8Array | undefined> {
  const content = await ask(isolate, async ({ distribution }) => {
    const blob = await distribution.getBlob(at, digest);
    const bytes = await readWhole(blob.read());
    return bytes && { bytes, size: blob.size };
  });
  if (content !== undefined)
    expect([await digestOf(content.bytes), content.bytes.length]).toEqual([digest, content.size]);
  return content?.bytes;
}

/** Pulls all of an image; what is answered is right to the last byte. The digest, if there was an answer to all. */
export async function pull(isolate: Isolate | undefined, reference: string): Promise<string | undefined> {
  const manifest = await ask(isolate, ({ distribution }) => distribution.getManifest(at, reference));
  if (manifest === undefined) return undefined;
  expect(await digestOf(manifest.bytes)).toBe(manifest.digest);
  if (reference.includes(':')) expect(manifest.digest).toBe(reference);
  const { config, layers = [], manifests = [] } = JSON.parse(textOf(manifest.bytes));
  let whole = true;
  for (const { digest, size } of [...(config ? [config] : []), ...layers] as { digest: string; size: number }[]) {
    const content = await pullBlob(isolate, digest);
    if (content !== undefined) expect(content.length).toBe(size);
    whole &&= content !== undefined;
  }
  for (const { digest } of manifests as { digest: string }[]) {
    whole &&= (await pull(isolate, digest)) !== undefined;
  }
  return whole ? manifest.digest : undefined;
}
