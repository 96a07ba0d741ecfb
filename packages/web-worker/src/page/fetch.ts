import type { SentRequest, SentResponse } from '../wire/requests.ts';
import type { Caller } from './caller.ts';
import type { ConnectedBase } from './connected-registry.ts';

/** The bodies that the worker gets as they are. A Blob or a File is sent as a handle, so its bytes are not read here. */
type SentBody = string | Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array>;

/** A response whose body the worker has sent as bytes, as a stream, or not at all. */
type Answer = SentResponse & {
  readonly body: Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array<ArrayBuffer>> | null;
};

/** Returns a function like `fetch` that passes each request to the registry in the worker. */
export const fetchWith =
  (caller: Caller): ConnectedBase['fetch'] =>
  async (input, init = {}) => {
    // Each Request has a signal, but only these can abort.
    const { body: given, signal = input instanceof Request ? input.signal : undefined, ...rest } = init;
    const isSent = isSentBody(given);
    // A Request that follows the signal would listen to it until the Request is collected as garbage.
    const request = new Request(resolved(input), { ...rest, ...(isSent ? {} : { body: given }), signal: null });
    const { url, method, headers } = request;
    if (isSent && (method === 'GET' || method === 'HEAD')) {
      throw new TypeError(`A request with the method ${method} cannot have a body`);
    }
    const body = isSent ? given : await bodyOf(request);
    const sent: SentRequest = { url, method, headers: [...headers] };
    const answer = await caller.call<Answer>('fetch', [sent, body], { signal });
    const { status, statusText, headers: answered } = answer;
    return new Response(answer.body, { status, statusText, headers: answered });
  };

/** Resolves a relative URL here, because the worker may have another base URL. */
const resolved = (input: Request | string | URL): Request | string =>
  input instanceof Request ? input : new URL(input, globalThis.location?.href).href;

const isSentBody = (body: unknown): body is SentBody =>
  typeof body === 'string' ||
  body instanceof Blob ||
  body instanceof ArrayBuffer ||
  body instanceof Uint8Array ||
  body instanceof ReadableStream;

async function bodyOf(request: Request): Promise<ReadableStream<Uint8Array> | Blob | undefined> {
  const { body, method } = request as { body?: ReadableStream<Uint8Array> | null; method: string };
  if (body === null || method === 'GET' || method === 'HEAD') return undefined;
  // Firefox does not have `Request.body`. It gives the body as a Blob, which may be on the disk.
  return body ?? request.blob();
}
