import { createEngine, ecr, ecrPublic, type Storage } from '@coracle/core';
import { kvStorage } from '@coracle/storage-cloudflare-kv';
import { durableObjectStorage } from '@coracle/storage-durable-object';
import { testClock } from '../../packages/core/test-support/registry.ts';
import { limits, scenarios } from '../search/faults/scenarios.ts';

export { CoracleRecords } from '@coracle/storage-durable-object';

interface Env {
  readonly RECORDS: Parameters<typeof durableObjectStorage>[0];
  readonly BUCKET: Parameters<typeof durableObjectStorage>[1]['pieces'] & {
    list(): Promise<{ readonly objects: readonly { readonly key: string }[] }>;
  };
  readonly KV: Parameters<typeof kvStorage>[0];
  /** The test, which kills the process on request. */
  readonly TEST: { fetch(url: string): Promise<unknown> };
}

const storages: Readonly<Record<string, (env: Env, wire: Wire, name: string) => Storage>> = {
  'durable-object': ({ RECORDS, BUCKET }, wire, name) =>
    durableObjectStorage(wire.through(RECORDS), { pieces: wire.through(BUCKET), name }),
  kv: ({ KV }, wire, name) => kvStorage(wire.through(KV), { prefix: name }),
};

/** The calls of bindings that change something. Between two of them, the end of the process makes no difference. */
const writes = new Set<string | symbol>(['commit', 'put', 'delete']);

/** Counts the writes that go through bindings. The write number `at` and all later ones do not pass. */
class Wire {
  writes = 0;
  readonly #at: number;
  readonly #cut: () => Promise<unknown>;

  constructor(at = Number.POSITIVE_INFINITY, cut = async (): Promise<unknown> => undefined) {
    this.#at = at;
    this.#cut = cut;
  }

  through<T extends object>(binding: T): T {
    return new Proxy(binding, {
      get: (target, name) => {
        const methods = target as Readonly<Record<string | symbol, (...input: unknown[]) => unknown>>;
        if (name === 'get' && 'idFromName' in target)
          return (id: unknown) => this.through(methods[name]?.(id) as object);
        if (!writes.has(name)) return (...input: unknown[]) => methods[name]?.(...input);
        return async (...input: unknown[]) => {
          if (this.writes++ < this.#at) return methods[name]?.(...input);
          await this.#cut();
          return new Promise(() => {});
        };
      },
    });
  }
}

/** Runs the scenario, and has its process killed before a write. If it has fewer writes, it returns their number. */
async function perform(env: Env, open: (wire: Wire) => Storage, name: string, at: number): Promise<Response> {
  const scenario = scenarios.find((one) => one.name === name);
  if (scenario === undefined) throw new Error(`There is no scenario '${name}'`);
  const tell = (word: string) => env.TEST.fetch(`http://test/${word}`);
  const wire = new Wire(at, () => tell('kill'));
  const clock = testClock();
  await scenario.before(createEngine({ storage: open(new Wire()), clock, limits, services: [ecrPublic, ecr] }));
  const engine = createEngine({ storage: open(wire), clock, limits, services: [ecrPublic, ecr] });
  for (const { run } of scenario.steps) {
    await run(engine);
    await tell('acknowledged');
  }
  return Response.json(wire.writes);
}

/** The storage itself, for who comes after the kill. */
async function serve(request: Request, { records, bytes }: Storage, call: string, id: string): Promise<Response> {
  if (call === 'get') {
    const piece = await bytes.get(id);
    return piece === undefined ? new Response(null, { status: 404 }) : new Response(piece as Uint8Array<ArrayBuffer>);
  }
  if (call === 'put') return Response.json((await bytes.put(id, new Uint8Array(await request.arrayBuffer()))) ?? null);
  const input = (await request.json()) as never;
  if (call === 'remove') return Response.json((await bytes.remove(input)) ?? null);
  return Response.json(await records[call as 'getMany' | 'list' | 'commit'](input));
}

/** `POST /<storage>/<name>/perform/<scenario>/<write>`, `POST /<storage>/<name>/<method>/<id>`, `GET /pieces`. */
export default {
  async fetch(request: Request, env: Env): Promise<Response> {
    const [, kind = '', name = '', call = '', what = '', at] = new URL(request.url).pathname
      .split('/')
      .map(decodeURIComponent);
    if (kind === 'pieces') return Response.json((await env.BUCKET.list()).objects.map(({ key }) => key));
    const open = (wire: Wire) => storages[kind]?.(env, wire, name) as Storage;
    return call === 'perform' ? perform(env, open, what, Number(at)) : serve(request, open(new Wire()), call, what);
  },
};
