/** What an Allow header lists: HEAD is answered wherever GET is. */
export const allowOf = (methods: readonly string[]): string =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');

/** The answer without its body, and with all of its headers: what a HEAD gets. */
export const withoutBody = (response: Response): Response =>
  new Response(null, { status: response.status, headers: response.headers });

interface FixedLength {
  readonly FixedLengthStream?: new (length: number) => ReadableWritablePair<Uint8Array, Uint8Array>;
}

/** The answer, made so that its Content-Length is sent: workerd sends that of a stream only if it is one of a fixed length. */
export function withLength(response: Response): Response {
  const { FixedLengthStream } = globalThis as FixedLength;
  // First, as headers that nobody asked for need not be made where they are not.
  if (FixedLengthStream === undefined) return response;
  const length = response.headers.get('content-length');
  if (length === null || response.body === null) return response;
  return new Response(response.body.pipeThrough(new FixedLengthStream(Number(length))), {
    status: response.status,
    headers: response.headers,
  });
}
