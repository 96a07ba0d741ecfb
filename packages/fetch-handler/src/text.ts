/** A short answer for people. */
export const textAnswer = (status: number, text: string, headers?: Readonly<Record<string, string>>): Response =>
  new Response(`${text}\n`, { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers } });
