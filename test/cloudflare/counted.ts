import { CoracleRegistry } from '@coracle/registry/cloudflare';

/** The calls of the object, in the isolate that it shares with the Worker. */
const calls: string[] = [];

/** A registry whose object notes its calls. */
export class CountedRegistry extends CoracleRegistry {
  override async call(...given: Parameters<CoracleRegistry['call']>): ReturnType<CoracleRegistry['call']> {
    calls.push(given[0].method);
    return super.call(...given);
  }
}

type Env = Readonly<Record<string, unknown>>;
type Handle = (request: Request, env: Env) => Promise<Response>;

/** A Worker that tells at `/calls` which calls of the object there were since it was asked last. */
export const counted = (handle: Handle): { fetch: Handle } => ({
  async fetch(request, env) {
    if (new URL(request.url).pathname === '/calls') return Response.json(calls.splice(0));
    return handle(request, env);
  },
});
