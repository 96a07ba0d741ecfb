/** Headers of every answer: a browser takes it for what it says it is, and keeps it from pages of other origins. */
const everywhere = { 'x-content-type-options': 'nosniff', 'cross-origin-resource-policy': 'same-origin' };

/** Headers of content that clients have stored: a browser that opens it runs nothing in it. */
export const storedContent = { 'content-security-policy': "default-src 'none'; sandbox" };

/** Makes an answer. Plain objects of headers are the fastest that servers are given. */
export const respond = (
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Uint8Array | ReadableStream<Uint8Array> | null = null,
): Response => new Response(body as BodyInit | null, { status, headers: { ...everywhere, ...headers } });
