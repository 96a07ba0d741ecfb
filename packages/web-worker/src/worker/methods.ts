import {
  type CallOptions,
  chunksOf,
  type Distribution,
  type EventType,
  type Place,
  type RegistryEvent,
  type ServiceName,
} from '@coracle/core';
import type { InterceptedName, Interception, InterceptOptions, Seed, Snapshot } from '@coracle/core/testing';
import { type AwsJsonRequest, awsJsonDoor, revealInProcess } from '@coracle/fetch-handler';
import type { ExportOptions, ImageProgress, ImageSource, ImportOptions } from '@coracle/image-tar';
import { bodyOf, receiveRequest, type SentRequest, type SentResponse } from '../wire/requests.ts';
import type { ImageTar, RunnableRegistry } from './runnable.ts';

/** A call of a page. */
export interface Call {
  /** Aborts if the page aborts the call, or if the page is gone. */
  readonly signal: AbortSignal;
  /** Keeps what the call has begun, until the page releases it or is gone. `end` ends it. */
  keep(end: () => void): void;
}

/** A method that a page can call. Its arguments come from the page. */
export type Method = (call: Call, ...args: never[]) => unknown;

/** Returns the methods that a page can call, by the names that the page uses. */
export function methodsOf(registry: RunnableRegistry, imageTar: ImageTar | undefined): ReadonlyMap<string, Method> {
  const { distribution } = registry;
  const interceptions = new Map<number, Interception>();
  let lastInterception = 0;
  const interceptionOf = (id: number): Interception => {
    const interception = interceptions.get(id);
    if (interception) return interception;
    throw new Error(`The page has no interception ${id}`);
  };
  const sdk = awsJsonDoor(registry, { reveal: revealInProcess });

  const ofDistribution = Object.entries(distribution).map(([name, method]: [string, Method]): [string, Method] => [
    `distribution.${name}`,
    (_, ...args) => (method as (...args: never[]) => unknown)(...args),
  ]);
  const methods: Record<string, Method> = {
    invoke: (_, service: ServiceName, operation: string, input: unknown, options?: CallOptions) =>
      registry.invoke(service, operation, input, options),
    guarantees: () => registry.guarantees(),
    setPublicRegistry: (_, settings: Parameters<RunnableRegistry['setPublicRegistry']>[0]) =>
      registry.setPublicRegistry(settings),
    collectGarbage: (_, options?: Parameters<RunnableRegistry['collectGarbage']>[0]) =>
      registry.collectGarbage(options),

    'distribution.getBlob': async (_, ...args: Parameters<Distribution['getBlob']>) => {
      const { digest, size } = await distribution.getBlob(...args);
      return { digest, size };
    },
    readBlob: async (_, at: Place, digest: string, options: CallOptions | undefined, range: object | undefined) => {
      const blob = await distribution.getBlob(at, digest, options);
      return blob.read({ ...range, readOnly: false });
    },

    fetch: async ({ signal }, sent: SentRequest, body: unknown): Promise<SentResponse & { body: unknown }> => {
      const response = await registry.fetch(receiveRequest(sent, body, signal));
      const { status, statusText, headers } = response;
      return { status, statusText, headers: [...headers], body: await bodyOf(response) };
    },
    answerAwsJson: (_, request: AwsJsonRequest) => sdk.answer(request),

    listen: ({ keep }, type: EventType | '*', port: MessagePort) => {
      const stop = registry.events.on(type, (event: RegistryEvent) => port.postMessage(event));
      keep(() => {
        stop();
        port.close();
      });
    },

    seed: (_, what: Seed) => helper(registry, 'seed')(what),
    snapshot: () => helper(registry, 'snapshot')(),
    restore: (_, snapshot: Snapshot) => helper(registry, 'restore')(snapshot),
    stopIntercepting: () => helper(registry, 'stopIntercepting')(),
    intercept: ({ keep }, operation: InterceptedName, options?: InterceptOptions) => {
      const interception = helper(registry, 'intercept')(operation, options);
      const id = ++lastInterception;
      interceptions.set(id, interception);
      keep(() => {
        interceptions.delete(id);
        interception.stop();
      });
      return id;
    },
    interceptedCalls: (_, id: number) => [...interceptionOf(id).calls],
    stopInterception: (_, id: number) => interceptionOf(id).stop(),

    importImage: async ({ signal }, source: ImageSource, options: ImportOptions, progress?: MessagePort) => {
      try {
        return await tool(imageTar).importImage(registry, source, { ...options, signal, ...reportTo(progress) });
      } finally {
        // The page waits for this message, and then closes the port.
        progress?.postMessage(undefined);
      }
    },
    exportImage: async ({ signal }, options: ExportOptions, progress?: MessagePort) => {
      const stream = await tool(imageTar).exportImage(registry, { ...options, signal, ...reportTo(progress) });
      return progress ? untilEnd(stream, () => progress.postMessage(undefined)) : stream;
    },
  };
  return new Map([...ofDistribution, ...Object.entries(methods)]);
}

function helper<N extends 'seed' | 'snapshot' | 'restore' | 'intercept' | 'stopIntercepting'>(
  registry: RunnableRegistry,
  name: N,
): NonNullable<RunnableRegistry[N]> {
  const method = registry[name];
  if (method) return method;
  throw new TypeError(
    `The registry in the worker has no ${name}(): pass the result of createRegistry() or withTestHelpers() to runRegistry()`,
  );
}

function tool(imageTar: ImageTar | undefined): ImageTar {
  if (imageTar) return imageTar;
  throw new TypeError(
    "The worker cannot read or write tars: pass { imageTar } to runRegistry(), with import * as imageTar from '@coracle/registry/image-tar'",
  );
}

/** Reads a stream, and calls `end` when it ends, fails or is cancelled. */
async function* untilEnd(stream: ReadableStream<Uint8Array>, end: () => void): AsyncGenerator<Uint8Array> {
  try {
    yield* chunksOf(stream);
  } finally {
    end();
  }
}

const reportTo = (port: MessagePort | undefined) =>
  port ? { onProgress: (progress: ImageProgress) => port.postMessage(progress) } : {};
