import {
  checkListener,
  chunksOf,
  disposalBy,
  type Events,
  type EventType,
  facesOf,
  type RegistryEvent,
  type Service,
} from '@coracle/core';
import type { InterceptOptions } from '@coracle/core/testing';
import type { ExportOptions, ImageProgress, ImportedImage, ImportOptions } from '@coracle/image-tar';
import type { Facts } from '../wire/served.ts';
import type { Caller } from './caller.ts';
import type { ConnectedBase, ConnectedBlob, ConnectedDistribution, ConnectedRegistry } from './connected-registry.ts';
import { fetchWith } from './fetch.ts';

/** Creates the registry of a page. Each method calls the method with the same name in the worker. */
export function connected<S extends readonly Service[]>(
  caller: Caller,
  facts: Facts,
  close: () => Promise<void>,
): ConnectedRegistry<S> {
  const { accountId, region, limits, checksAccess, endpoint, services } = facts;
  const call =
    (name: string) =>
    (...args: readonly unknown[]): Promise<never> =>
      caller.call(name, args);
  const invoke: ConnectedBase['invoke'] = call('invoke');
  const base: ConnectedBase = {
    ...{ accountId, region, limits, checksAccess },
    endpoint: endpoint === undefined ? undefined : new URL(endpoint),
    distribution: distributionOf(caller, facts.distribution),
    events: eventsOf(caller),
    fetch: fetchWith(caller),
    invoke,
    answerAwsJson: call('answerAwsJson'),
    collectGarbage: call('collectGarbage'),
    guarantees: call('guarantees'),
    setPublicRegistry: call('setPublicRegistry'),
    seed: call('seed'),
    snapshot: call('snapshot'),
    restore: call('restore'),
    stopIntercepting: call('stopIntercepting'),
    intercept: (operation, options) => intercept(caller, operation, options),
    importImage: (source, options) => importImage(caller, source, options),
    exportImage: (options) => exportImage(caller, options),
    close,
    ...disposalBy(close),
  };
  return { ...facesOf<S>({ invoke }, services), ...base };
}

function distributionOf(caller: Caller, names: readonly string[]): ConnectedDistribution {
  const methods = names.map((name) => [
    name,
    (...args: readonly unknown[]) => caller.call(`distribution.${name}`, args),
  ]);
  const getBlob: ConnectedDistribution['getBlob'] = async (at, digest, options) => {
    const found = await caller.call<Pick<ConnectedBlob, 'digest' | 'size'>>('distribution.getBlob', [
      ...[at, digest, options],
    ]);
    const stream: ConnectedBlob['stream'] = (range) => caller.call('readBlob', [at, digest, options, range]);
    return {
      ...found,
      stream,
      async *read(range) {
        yield* chunksOf(await stream(range));
      },
    };
  };
  return { ...Object.fromEntries(methods), getBlob };
}

const eventsOf = (caller: Caller): Events => ({
  on: (type, listener) => {
    checkListener(type, listener);
    const { connection } = caller;
    if (connection.ending) throw connection.ending.reason;
    const id = caller.nextId();
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }: MessageEvent<RegistryEvent>) => listener(data as never);
    const forget = connection.onEnd(() => port1.close());
    const stop = () => {
      forget();
      port1.close();
    };
    caller.call('listen', [type satisfies EventType | '*', port2], { id }).catch((error: unknown) => {
      if (connection.ending) return;
      stop();
      reportError(error);
    });
    return () => {
      stop();
      caller.release(id);
    };
  },
});

async function intercept(
  caller: Caller,
  operation: Parameters<ConnectedBase['intercept']>[0],
  options: InterceptOptions | undefined,
): ReturnType<ConnectedBase['intercept']> {
  const id = caller.nextId();
  const interception = await caller.call<number>('intercept', [operation, options], { id });
  return {
    calls: () => caller.call('interceptedCalls', [interception]),
    // The calls can still be read. The worker forgets the interception when this page ends.
    stop: () => void caller.call('stopInterception', [interception]).catch(() => undefined),
  };
}

async function importImage(
  caller: Caller,
  source: unknown,
  { signal, onProgress, ...options }: ImportOptions,
): Promise<ImportedImage> {
  signal?.throwIfAborted();
  const abort = new AbortController();
  const onAbort = () => abort.abort(signal?.reason);
  signal?.addEventListener('abort', onAbort, { once: true });
  const reported = reports(onProgress, (error) => abort.abort(error));
  try {
    const imported = await caller.call<ImportedImage>('importImage', [source, options, reported?.port], abort);
    // The reports come on a port of their own, so the last ones may come after the result.
    await reported?.last;
    abort.signal.throwIfAborted();
    return imported;
  } finally {
    signal?.removeEventListener('abort', onAbort);
    reported?.stop();
  }
}

async function exportImage(
  caller: Caller,
  { signal, onProgress, ...options }: ExportOptions,
): Promise<ReadableStream<Uint8Array>> {
  const reported = reports(onProgress);
  if (!reported) return caller.call('exportImage', [options], { signal });
  const forget = caller.connection.onEnd(() => reported.stop());
  const end = () => {
    forget();
    reported.stop();
  };
  void reported.last.then(end);
  try {
    return await caller.call('exportImage', [options, reported.port], { signal });
  } catch (error) {
    end();
    throw error;
  }
}

interface Reports {
  /** The port on which the worker reports the progress. */
  readonly port: MessagePort;
  /** Resolves when the worker has reported all progress. */
  readonly last: Promise<void>;
  stop(): void;
}

/** @param onError called with the error if `onProgress` throws. By default, the error becomes an uncaught error */
function reports(
  onProgress: ((progress: ImageProgress) => void) | undefined,
  onError: (error: unknown) => void = reportError,
): Reports | undefined {
  if (!onProgress) return undefined;
  const { port1, port2: port } = new MessageChannel();
  const last = new Promise<void>((resolve) => {
    port1.onmessage = ({ data }: MessageEvent<ImageProgress | undefined>) => {
      if (!data) return resolve();
      try {
        onProgress(data);
      } catch (error) {
        onError(error);
      }
    };
  });
  return { port, last, stop: () => port1.close() };
}

/** Makes an error an uncaught error of the page, if nobody waits for the call. */
const reportError = (error: unknown): void =>
  queueMicrotask(() => {
    throw error;
  });
