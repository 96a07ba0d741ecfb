import type {
  AsyncDisposal,
  CallOptions,
  Distribution,
  EngineBase,
  Events,
  FacesOf,
  Place,
  ReadableLayer,
  Service,
} from '@coracle/core';
import type { InterceptedName, Interception, InterceptOptions, TestHelpers } from '@coracle/core/testing';
import type { AwsJsonAnswer, AwsJsonRequest } from '@coracle/fetch-handler';
import type {
  ExportOptions,
  ImageFolder,
  ImageSource,
  ImportedImage,
  ImportOptions,
  RandomAccess,
} from '@coracle/image-tar';

type Reading = NonNullable<Parameters<ReadableLayer['read']>[0]>;

/** A blob of a registry in a worker. `read` and `stream` get the content from the worker, and may be called again. */
export interface ConnectedBlob extends Pick<ReadableLayer, 'digest' | 'size' | 'read'> {
  /** Returns the content, or a range of it, as a stream. `first` and `last` are positions of bytes, inclusive. */
  stream(range?: Pick<Reading, 'first' | 'last'>): Promise<ReadableStream<Uint8Array>>;
}

/** The OCI distribution protocol as methods, as in `Distribution`. Here, each method returns a promise. */
export interface ConnectedDistribution extends Omit<Distribution, 'checkPlace' | 'getBlob' | 'kindOfHost'> {
  checkPlace(...args: Parameters<Distribution['checkPlace']>): Promise<void>;
  getBlob(at: Place, digest: string, options?: CallOptions): Promise<ConnectedBlob>;
  kindOfHost(host: string): Promise<'public' | 'private' | undefined>;
}

/** An interception in a registry in a worker. */
export interface ConnectedInterception {
  /** Returns the calls that have been intercepted so far, oldest first. */
  calls(): Promise<Interception['calls']>;
  /** Ends the interception. */
  stop(): void;
}

/** The members that each connected registry has, with or without services. */
export interface ConnectedBase
  extends Pick<EngineBase, 'accountId' | 'checksAccess' | 'endpoint' | 'limits' | 'region'>,
    Pick<EngineBase, 'collectGarbage' | 'guarantees' | 'invoke' | 'setPublicRegistry'>,
    Pick<TestHelpers, 'restore' | 'seed' | 'snapshot'>,
    AsyncDisposal {
  readonly distribution: ConnectedDistribution;
  /**
   * Calls listeners after pushes, pulls, deletions and new repositories, also those of other pages. The events come from
   * the worker, so a listener may be called after the method that caused the event has returned.
   */
  readonly events: Events;
  /**
   * Returns the response to an HTTP request, as `fetch` does. Pass the body as a Blob or a File in the second argument if
   * it is large: then its bytes never come to this thread.
   *
   * Read the body of a response to its end, or cancel it with `response.body?.cancel()`. If you do neither with a body of
   * more than 256 KiB, the worker keeps a part of it in memory until `close()`.
   */
  readonly fetch: (input: Request | string | URL, init?: RequestInit) => Promise<Response>;
  /** Answers a request of the AWS JSON protocol. `awsSdk(registry)` calls this method. */
  answerAwsJson(request: AwsJsonRequest): Promise<AwsJsonAnswer>;
  /**
   * Imports an image from an archive, as `importImage` of `@coracle/registry/image-tar` does. The worker reads a Blob or
   * a File itself, so its bytes never come to this thread.
   * @throws TypeError if the worker was started without `imageTar`
   */
  importImage(source: Exclude<ImageSource, RandomAccess | ImageFolder>, options: ImportOptions): Promise<ImportedImage>;
  /**
   * Exports an image as a tar, as `exportImage` of `@coracle/registry/image-tar` does.
   * @throws TypeError if the worker was started without `imageTar`
   */
  exportImage(options: ExportOptions): Promise<ReadableStream<Uint8Array>>;
  /**
   * Intercepts calls of the registry, as `intercept` of `createRegistry()` does. The options cannot have functions or
   * promises, because they are sent to the worker.
   */
  intercept(operation: InterceptedName, options?: InterceptOptions): Promise<ConnectedInterception>;
  /** Ends all interceptions. */
  stopIntercepting(): Promise<void>;
  /** Ends the connection. Calls in progress reject. The worker and its registry go on for other pages. */
  close(): Promise<void>;
}

/**
 * A registry that runs in a worker. It has the methods of the registry. Refusals of the registry are errors of the same
 * classes, with the same members, as in the thread of the registry.
 */
export type ConnectedRegistry<S extends readonly Service[] = readonly [Service<'ecr-public'>, Service<'ecr'>]> =
  ConnectedBase & FacesOf<S>;
