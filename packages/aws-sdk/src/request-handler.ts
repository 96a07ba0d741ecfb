import { encodeUtf8 } from '@coracle/core/utf8';
import { type AwsJsonDoor, awsJsonDoor, callerOf, revealInProcess } from '@coracle/fetch-handler';
import type { SdkRegistry } from './sdk-registry.ts';
import { type AbortSignalLike, throwIfAborted, unlessStopped } from './stop.ts';

/** A request that the AWS SDK passes to its request handler. This type has only the members that Coracle reads. */
export interface SdkRequest {
  readonly hostname?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * The options of a single request. A program passes them to the AWS SDK as the second argument of `client.send(command,
 * options)`.
 */
export interface SdkRequestOptions {
  readonly abortSignal?: AbortSignalLike;
  /** The maximum time until the response, in milliseconds. The value 0 means that the time is not limited. */
  readonly requestTimeout?: number;
}

/**
 * A response in the form that the AWS SDK expects from a request handler. Each response has a new array as its body,
 * because the SDK changes the prototype of the array.
 */
export interface SdkResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/**
 * A request handler that can be passed to a client of the AWS SDK. It calls a registry in the same process, and opens
 * no sockets. The method `destroy` does nothing, so several clients may share a request handler.
 */
export interface SdkRequestHandler {
  readonly metadata: { readonly handlerProtocol: string };
  handle(request: SdkRequest, options?: SdkRequestOptions): Promise<{ response: SdkResponse }>;
  /**
   * Sets the default of `requestTimeout`, in milliseconds, if `key` is `requestTimeout`. Any other `key` is ignored.
   */
  updateHttpClientConfig(key: string, value: unknown): void;
  httpHandlerConfigs(): { requestTimeout?: number };
  destroy(): void;
}

/**
 * Returns a request handler that passes each request of the AWS SDK to the registry in this process.
 * @param home the registry's region if `awsSdk()` was called without a region, otherwise undefined. If the region of a
 * request is `home`, the handler does not pass the region to the registry. Otherwise the registry would refuse many
 * operations of ECR Public if `home` is not us-east-1
 */
export function requestHandler(registry: SdkRegistry, home: string | undefined): SdkRequestHandler {
  const answerTo = answererOf(registry);
  const configs: { requestTimeout?: number } = {};

  return {
    metadata: { handlerProtocol: 'http/1.1' },

    async handle({ headers, hostname = '', body }, { abortSignal, requestTimeout = configs.requestTimeout } = {}) {
      throwIfAborted(abortSignal);
      const header = (name: string) => headerOf(headers, name);
      const { region, ...account } = callerOf({ authorization: header('authorization'), host: hostname });
      const caller = region === undefined || region === home ? account : { ...account, region };
      const answer = answerTo({ target: header('x-amz-target'), body: contentOf(body), caller });
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

const answererOf = (registry: SdkRegistry): AwsJsonDoor['answer'] =>
  'answerAwsJson' in registry ? registry.answerAwsJson : awsJsonDoor(registry, { reveal: revealInProcess }).answer;

/**
 * Returns the value of a header, or undefined if the header is missing. `name` must be in lower case. The names in
 * `headers` may contain capital letters, if they are from middleware of the AWS SDK.
 */
function headerOf(headers: Readonly<Record<string, string>>, name: string): string | undefined {
  return headers[name] ?? Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
}

/**
 * Returns the body of a request as a string or bytes. The type of the body that the AWS SDK passes depends on the SDK's
 * version and on middleware.
 * @throws TypeError if the body is of another type, for example a stream
 */
function contentOf(body: unknown): string | Uint8Array {
  if (body === undefined || body === null) return '';
  if (typeof body === 'string') return body;
  if (ArrayBuffer.isView(body)) return new Uint8Array(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError(
    'The body of a request to an in-process registry must be a string or bytes, not a stream: read the whole stream first',
  );
}
