/** A Request without its body, which is sent beside it. */
export interface SentRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: [name: string, value: string][];
}

/** A Response without its body. `statusText` is kept, although responses of the registry have none. */
export interface SentResponse {
  readonly status: number;
  readonly statusText: string;
  readonly headers: [name: string, value: string][];
}

/** The bodies of responses up to this size in bytes are sent with the response, and not as a stream. */
const smallBody = 256 * 1024;

/**
 * Creates the Request that was sent. A stream becomes the member `body` of the Request, because Firefox and Safari
 * do not accept a stream as the body of a new Request.
 */
export function receiveRequest({ url, method, headers }: SentRequest, body: unknown, signal: AbortSignal): Request {
  const init = { method, headers, signal };
  if (body instanceof ReadableStream) {
    return Object.defineProperty(new Request(url, init), 'body', { value: body });
  }
  return new Request(url, { ...init, body: (body ?? null) as BodyInit | null });
}

/** Returns the body of a response as bytes if it is known to be small, as a stream otherwise, and null if it has none. */
export async function bodyOf(response: Response): Promise<Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array> | null> {
  const { body, headers } = response;
  if (!body) return null;
  const size = headers.get('content-length');
  const isSmall = size !== null && Number(size) <= smallBody;
  return isSmall ? new Uint8Array(await response.arrayBuffer()) : body;
}
