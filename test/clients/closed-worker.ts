import worker from '../conformance/closed-worker.ts';

export { CoracleRegistry } from '../conformance/closed-worker.ts';

/** How far the clock is ahead, in milliseconds: a test moves it with `/ahead/<milliseconds>`, so that tokens expire. */
let ahead = 0;
const now = Date.now;
Date.now = () => now() + ahead;

export default {
  fetch(request: Request, env: Readonly<Record<string, unknown>>): Promise<Response> | Response {
    const [, milliseconds] = /^\/ahead\/(\d+)$/.exec(new URL(request.url).pathname) ?? [];
    if (milliseconds === undefined) return worker.fetch(request, env);
    ahead = Number(milliseconds);
    return new Response();
  },
};
