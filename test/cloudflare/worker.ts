import { CoracleRegistry, registryWorker } from '@coracle/registry/cloudflare';

/** The calls of the object, in the isolate that it shares with the Worker. */
const calls: string[] = [];

/** A registry whose object notes its calls. */
export class CountedRegistry extends CoracleRegistry {
  override async call(...given: Parameters<CoracleRegistry['call']>): ReturnType<CoracleRegistry['call']> {
    calls.push(given[0].method);
    return super.call(...given);
  }
}

const worker = registryWorker({ createOnPush: true, registryAlias: 'open' });

export default {
  async fetch(request: Request, env: Record<string, unknown>): Promise<Response> {
    if (new URL(request.url).pathname === '/calls') return Response.json(calls.splice(0));
    return worker.fetch(request, env);
  },
};
