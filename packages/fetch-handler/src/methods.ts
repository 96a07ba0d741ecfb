/** What an Allow header lists: HEAD is answered wherever GET is. */
export const allowOf = (methods: readonly string[]): string =>
  methods.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])).join(', ');

/** The answer without its body, and with all of its headers: what a HEAD gets. */
export const withoutBody = (response: Response): Response =>
  new Response(null, { status: response.status, headers: response.headers });
