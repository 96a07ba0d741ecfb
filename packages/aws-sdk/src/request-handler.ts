import { isIntercepted } from '@coracle/core';
import { awsJsonDoor, callerOf, logError, type Reveal, revealer } from '@coracle/fetch-handler';
import type { SdkRegistry } from './sdk-registry.ts';
import { type AbortSignalLike, throwIfAborted, unlessStopped } from './stop.ts';

/** What the SDK hands to a request handler: the parts that matter here. */
export interface SdkRequest {
  readonly hostname?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What `client.send(command, options)` was given. */
export interface SdkRequestOptions {
  readonly abortSignal?: AbortSignalLike;
  /** Milliseconds. */
  readonly requestTimeout?: number;
}

/** What the SDK wants back. The body is the caller's own: the SDK changes its prototype. */
export interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** A request handler in the SDK's sense, without sockets: `destroy` has nothing to end, so that clients may share it. */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest, options?: SdkRequestOptions): Promise<{ response: SdkResponse }>;
  /** Takes `requestTimeout`, in milliseconds, for requests that bring none; nothing else means anything here. */
  updateHttpClientConfig(key: string, value: unknown): void;
  httpHandlerConfigs(): { requestTimeout?: number };
  destroy(): void;
}

/**
 * Hands each request to the registry in this process.
 * @param home the region that clients were given without asking for it. It means no region, as it does to the engine:
 * a client of ECR Public that asked for none is not told that it is in a wrong one.
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
      return { response: { statusCode: status, headers: { ...answered }, body: bytesOf(text) } };
    },

    updateHttpClientConfig(key, value) {
      if (key === 'requestTimeout' && typeof value === 'number') configs.requestTimeout = value;
    },
    httpHandlerConfigs: () => configs,
    destroy() {},
  };
}

const revealed = revealer(logError);

/** An error that a test asked for reaches the caller as it is, as one of a request handler does. */
const reveal: Reveal = (error) => {
  if (isIntercepted(error)) throw error;
  return revealed(error);
};

/** The SDK writes names in lower case; middleware need not. */
function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/** A text or bytes: which of them differs between the SDK's versions, and middleware may make one of the other. */
function contentOf(body: unknown): string | Uint8Array {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError('A registry in process takes bodies as a text or as bytes, not as a stream');
}

/** Where tests run in a simulated page, TextEncoder gives arrays of another realm, which the SDK does not know. */
function bytesOf(text: string): Uint8Array {
  const bytes = new TextEncoder().encode(text);
  return bytes instanceof Uint8Array ? bytes : new Uint8Array(bytes);
}
