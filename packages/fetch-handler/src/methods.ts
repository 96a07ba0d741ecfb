/** Gives the value of an Allow header. HEAD is answered wherever GET is. */
export const allowOf = (methods: readonly string[]): string =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');

/** Gives the answer to a HEAD: the same headers without the body. */
export const withoutBody = (response: Response): Response =>
  new Response(null, { status: response.status, headers: response.headers });

interface FixedLength {
  readonly FixedLengthStream?: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
}

/**
 * Makes an answer send its Content-Length. workerd sends the Content-Length of a stream only if the stream has a fixed
 * length.
 */
export function withLength(response: Response): Response {
  const { FixedLengthStream } = globalThis as FixedLength;
  // This comes first, so that other platforms need not create the headers of an answer that nobody read.
  if (FixedLengthStream === undefined) return response;
  const length = response.headers.get('content-length');
  if (length === null || response.body === null) return response;
  return new Response(response.body.pipeThrough(new FixedLengthStream(Number(length))), {
    status: response.status,
    headers: response.headers,
  });
}
