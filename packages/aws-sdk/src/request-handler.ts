import { isIntercepted } from '@coracle/core';
import { encodeUtf8 } from '@coracle/core/utf8';
import { awsJsonDoor, callerOf, logError, type Reveal, revealer } from '@coracle/fetch-handler';
import type { SdkRegistry } from './sdk-registry.ts';
import { type AbortSignalLike, throwIfAborted, unlessStopped } from './stop.ts';

/** The part that is used of a request that the SDK passes to a request handler. */
export interface SdkRequest {
  readonly hostname?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** The options that were given to `client.send(command, options)`. */
export interface SdkRequestOptions {
  readonly abortSignal?: AbortSignalLike;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

/**
 * The response that the SDK expects. The body is a fresh array of the caller's own, because the SDK changes its
 * prototype.
 */
export interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * A request handler as the SDK defines it, but without sockets. `destroy` has nothing to end, so clients may share the
 * handler.
 */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest, options?: SdkRequestOptions): Promise<{ response: SdkResponse }>;
  /** Sets `requestTimeout`, in milliseconds, for requests that have none. Other keys are ignored. */
  updateHttpClientConfig(key: string, value: unknown): void;
  httpHandlerConfigs(): { requestTimeout?: number };
  destroy(): void;
}

/**
 * Makes a request handler that passes each request to the registry in this process.
 * @param home the region that clients were given without asking for it. It counts as no region. So a client of ECR
 * Public that asked for no region is not refused because of a wrong one.
 */
export function requestHandler(registry: SdkRegistry, home: string | undefined): SdkRequestHandler {
  const door = awsJsonDoor(registry, { reveal });
  const configs: { requestTimeout?: number } = {};

  return {
    metadata: { handlerProtocol: 'http/1.1' },

    async handle({ headers, hostname = '', body }, { abortSignal, requestTimeout = configs.requestTimeout } = {}) {
      throwIfAborted(abortSignal);
      const header = (name: string) => headerOf(headers, name);
      const { region, ...account } = callerOf({ authorization: header('authorization'), host: hostname });
      const caller = region === undefined || region === home ? account : { ...account, region };
      const answer = door.answer({ target: header('x-amz-target'), body: contentOf(body), caller });
      const { status, headers: answered, body: text } = await unlessStopped(answer, abortSignal, requestTimeout);
      return { response: { statusCode: status, headers: { ...answered }, body: encodeUtf8(text) } };
    },

    updateHttpClientConfig(key, value) {
      if (key === 'requestTimeout' && typeof value === 'number') configs.requestTimeout = value;
    },
    httpHandlerConfigs: () => configs,
    destroy() {},
  };
}

const revealed = revealer(logError);

/**
 * Throws an error that a test asked for unchanged, so that it reaches the caller like an error of a request handler.
 */
const reveal: Reveal = (error) => {
  if (isIntercepted(error)) throw error;
  return revealed(error);
};

/** Reads a header. The SDK writes names in lower case, but middleware may not. */
function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * Gives the content of a body, which is a text or bytes. The form depends on the SDK's version, and middleware may
 * change it.
 */
function contentOf(body: unknown): string | Uint8Array {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError(
    'The body of a request to a registry in process must be a string or bytes, not a stream: read the stream first',
  );
}
