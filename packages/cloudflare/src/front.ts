import {
  algorithmOf,
  type ByteStore,
  type CallOptions,
  type Content,
  createEngine,
  type Digest,
  type Distribution,
  ecr,
  ecrPublic,
  isDigest,
  type Place,
  type ReadableLayer,
  type StoredContent,
  type Upload,
  type UploadStatus,
} from '@coracle/core';
import type { ServedEngine } from '@coracle/fetch-handler';
import { callObject } from './call-object.ts';
import { maxBufferedBytes } from './memory.ts';
import type { ObjectSettings, RegistryStub } from './messages.ts';
import { remoteMethods } from './methods.ts';
import { type StreamingBucket, streamPieces } from './piece-streams.ts';
import { readIfShort } from './short-content.ts';
import { storeContent } from './store-content.ts';

/** The parts from which the front is made. */
export interface FrontOptions {
  readonly settings: ObjectSettings;
  /** Returns the object. A stub belongs to the request that made it. */
  readonly object: () => RegistryStub;
  readonly bytes: ByteStore;
  /** The bucket whose content is streamed to clients; undefined if the content is not in a bucket. */
  readonly bucket: StreamingBucket | undefined;
}

type Finishing = Omit<NonNullable<Parameters<Distribution['finishUpload']>[3]>, 'content'>;

/** The number of ids that are reserved for the pieces of one request: enough for 512 MiB. */
const idsAtOnce = 64;

/** The time in milliseconds for which reserved ids are valid at least. */
const reservedFor = 60 * 60 * 1000;

/**
 * The maximum size in bytes of content that goes through the object. For so few bytes, a call less is worth more than a
 * way past the object.
 */
const mostThroughObject = 256 * 1024;

/** The engine is never asked for its records, because it only opens tokens and parses addresses. */
const noStorage = (): never => {
  throw new Error('The Worker in front of a registry has no storage of its own');
};

/**
 * Makes the engine that the fetch handler of the Worker in front sees. Each call is one call of the object, which runs the
 * real engine. Only the content of larger blobs does not go through the object: the Worker itself puts it into the bucket
 * and reads it from there.
 */
export function frontOf({ settings, object, bytes, bucket }: FrontOptions): ServedEngine {
  const { pieces: _, ...options } = settings;
  const local = createEngine({ ...options, maxBufferedBytes, storage: noStorage, services: [ecrPublic, ecr] });
  const { room, limits } = local;
  const longestUnrecorded = Math.min(limits.uploadIdleTime, reservedFor) / 2;

  const call = async <T>(method: string, args: readonly unknown[]): Promise<T> =>
    (await callObject(object, { settings, method, args })) as T;

  const remote = Object.fromEntries(
    remoteMethods.map((method) => [method, (...args: readonly unknown[]) => call(method, args)]),
  ) as unknown as Pick<Distribution, (typeof remoteMethods)[number]>;

  /** Stores content, and adds it to an upload by one call. */
  async function append(
    at: Place,
    upload: Upload,
    content: Content,
    { first, ...caller }: CallOptions & { readonly first?: number | undefined },
  ): Promise<UploadStatus> {
    const plan = (from: number | undefined) =>
      remote.planPieces(at, upload, { ...caller, first: from, pieces: idsAtOnce });
    const { lease, ids, ...status } = await plan(first);
    const record = async (stored: StoredContent) => plan((await remote.appendPieces(at, upload, stored, caller)).size);
    const target = { bytes, room, first: status.size, reserved: { lease, ids }, longestUnrecorded, record };
    const rest = await storeContent(content as AsyncIterable<Uint8Array>, target);
    return rest ? remote.appendPieces(at, upload, rest.stored, { ...caller, digest: rest.digest }) : status;
  }

  /** Sends short content with a call of the object, and longer content past the object. */
  async function send<T>(
    content: Content,
    ways: {
      readonly through: (bytes: Uint8Array) => Promise<T>;
      readonly past: (content: AsyncIterable<Uint8Array>) => Promise<T>;
    },
  ): Promise<T> {
    const chunks = content as AsyncIterable<Uint8Array>;
    // Without memory for it, even short content takes the way past the object, where it waits for memory.
    if (!room.tryTake(mostThroughObject)) return ways.past(chunks);
    let isHeld = true;
    const giveBack = (): void => {
      if (isHeld) room.give(mostThroughObject);
      isHeld = false;
    };
    try {
      const begun = await readIfShort(chunks, mostThroughObject);
      if ('whole' in begun) return await ways.through(begun.whole);
      giveBack();
      return await ways.past(begun.content);
    } finally {
      giveBack();
    }
  }

  /** Adds content to an upload, and finishes the upload. */
  async function finish(
    at: Place,
    upload: Exclude<Upload, string>,
    digest: string,
    { content, ...callOptions }: Finishing & { readonly content: Content },
  ): Promise<{ digest: string; size: number }> {
    // The object refuses the digest. Without this, the content would be added to the upload before that.
    if (!isDigest(digest)) return remote.finishUpload(at, upload, digest, callOptions);
    return send(content, {
      through: (bytes) => remote.finishUpload(at, upload, digest, { ...callOptions, content: bytes }),
      past: async (chunks) => {
        const { rules: _, ...caller } = callOptions;
        const { state } = await append(at, upload, chunks, caller);
        return remote.finishUpload(at, { uploadId: upload.uploadId, state }, digest, callOptions);
      },
    });
  }

  const distribution: Distribution = {
    ...remote,
    kindOfHost: local.distribution.kindOfHost,
    checkPlace: local.distribution.checkPlace,
    // With a secret of its own, the Worker opens tokens without a call of the object.
    ...(settings.secret === undefined
      ? {}
      : { openToken: local.distribution.openToken, grantToken: local.distribution.grantToken }),

    appendToUpload: (at, upload, content, callOptions = {}) =>
      send(content, {
        through: (bytes) => remote.appendToUpload(at, upload, bytes, callOptions),
        past: (chunks) => append(at, upload, chunks, callOptions),
      }),

    finishUpload: (at, upload, digest, { content, ...callOptions } = {}) =>
      content === undefined
        ? remote.finishUpload(at, upload, digest, callOptions)
        : finish(at, typeof upload === 'string' ? { uploadId: upload } : upload, digest, { ...callOptions, content }),

    async putBlob(at, digest, content, callOptions = {}) {
      const algorithm = algorithmOf(digest);
      // The content is not read before the object has let the caller in: a caller that has to create the repository first
      // calls again with the same content.
      const upload = await remote.startUpload(at, { ...callOptions, algorithm });
      try {
        return await finish(at, upload, digest, { ...callOptions, content });
      } catch (error) {
        // The first failure is the one to report. An upload that could not be cancelled expires.
        await remote.cancelUpload(at, upload, callOptions).catch(() => undefined);
        throw error;
      }
    },

    async getBlob(at, digest, callOptions): Promise<ReadableLayer> {
      const located = await remote.locateBlob(at, digest, callOptions);
      const { size, pieces } = located;
      return {
        digest: located.digest as Digest,
        size,
        takesRoom: () => false,
        read: (reading = {}) => readPieces(bytes, pieces, reading),
        ...(bucket ? { stream: (range) => streamPieces(bucket, located, range) } : {}),
      };
    },
  };

  const { services, accountId, endpoint } = local;
  return {
    services,
    accountId,
    endpoint,
    limits,
    room,
    distribution,
    // The engine in the object has the option `access`.
    checksAccess: true,
    invoke: (...args) => call('invoke', args),
  };
}

async function* readPieces(
  bytes: Pick<ByteStore, 'get'>,
  pieces: readonly (readonly [id: string, size: number])[],
  { first = 0, last = Number.POSITIVE_INFINITY }: Parameters<ReadableLayer['read']>[0] & object,
): AsyncGenerator<Uint8Array> {
  let start = 0;
  for (const [id, size] of pieces) {
    const [from, to] = [Math.max(0, first - start), Math.min(size, last - start + 1)];
    start += size;
    if (from >= to) continue;
    const piece = await bytes.get(id);
    if (!piece) throw new Error(`The stored bytes with the id '${id}' are missing, so a blob cannot be read`);
    yield piece.subarray(from, to);
  }
}
