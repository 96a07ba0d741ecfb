/**
 * Returns the value of an Allow header that lists the given methods. It adds HEAD after GET, because every route that
 * answers GET also answers HEAD.
 */
export const allowOf = (methods: readonly string[]): string =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');

/** Returns the answer to a HEAD request: the status and headers of the answer to GET, without its body. */
export const withoutBody = (response: Response): Response =>
  new Response(null, { status: response.status, headers: response.headers });

interface FixedLength {
  readonly FixedLengthStream?: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
}

/** The streams that make workerd send the Content-Length header already. */
const measured = new WeakSet<ReadableStream>();

/** Notes that a stream makes the server send the Content-Length header, and returns the stream. */
export function withOwnLength(stream: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  measured.add(stream);
  return stream;
}

/**
 * Returns the answer in a form that makes workerd send the Content-Length header of the answer. workerd sends that
 * header with a stream only if the stream is a FixedLengthStream. On other platforms the answer is returned unchanged.
 */
export function withLength(response: Response): Response {
  const { FixedLengthStream } = globalThis as FixedLength;
  // This check comes first, because on other platforms reading `headers` would create them needlessly.
  if (FixedLengthStream === undefined) return response;
  const length = response.headers.get('content-length');
  const { body } = response;
  if (length === null || body === null || measured.has(body)) return response;
  return new Response(body.pipeThrough(new FixedLengthStream(Number(length))), {
    status: response.status,
    headers: response.headers,
  });
}
