import { CoracleRegistry, registryWorker } from '@coracle/registry/cloudflare';

type Env = Readonly<Record<string, unknown>>;

interface Watched {
  readonly PIECES: object;
  /** The test, which is told of every step, and says what happens to it. */
  readonly TEST: { fetch(url: string): Promise<{ text(): Promise<string> }> };
}

/** How far the clock of this isolate is ahead. */
let ahead = 0;
const now = Date.now;
Date.now = () => now() + ahead;

/**
 * Tells the test of a step. Returns the order that the test gives: '' to go on, 'fail' or 'abort'.
 * @param of `object` for a call of the object; `bucket/` and a key for an operation of the bucket
 */
const tell = async ({ TEST }: Watched, of: string, step: string): Promise<string> =>
  (await TEST.fetch(`http://test/${step}/${of}`)).text();

/** A bucket that tells the test of each operation, before it and after it. */
function watchedBucket(env: Watched): object {
  return new Proxy(env.PIECES, {
    get(target, name) {
      const methods = target as Readonly<Record<string | symbol, (...input: unknown[]) => Promise<unknown>>>;
      const method = methods[name];
      if (typeof method !== 'function') return method;
      return async (...input: unknown[]) => {
        // Of a thousand keys that are deleted at once, the first one, because the address of a request has a maximum length.
        const [step, of] = [String(name), `bucket/${[input[0]].flat()[0]}`];
        if ((await tell(env, of, step)) === 'fail') throw new Error('The test lets the bucket fail');
        const result = await method.apply(target, input);
        await tell(env, of, `after ${step}`);
        return result;
      };
    },
  });
}

/** The same object for the same bindings, because the Worker makes its handler once for them. */
const watchedEnvs = new WeakMap<object, Env>();

function watched(env: Env): Env {
  const known = watchedEnvs.get(env) ?? { ...env, PIECES: watchedBucket(env as unknown as Watched) };
  watchedEnvs.set(env, known);
  return known;
}

type State = ConstructorParameters<typeof CoracleRegistry>[0] & { abort(reason: string): void };

/** A registry that tells the test of its calls, before each and after it, and that the test may abort there. */
export class WatchedRegistry extends CoracleRegistry {
  readonly #state: State;
  readonly #env: Watched;

  constructor(state: State, env: Env) {
    super(state, watched(env));
    this.#state = state;
    this.#env = env as unknown as Watched;
  }

  override async call(...given: Parameters<CoracleRegistry['call']>): ReturnType<CoracleRegistry['call']> {
    const [{ method }] = given;
    await this.#obey(method);
    const result = await super.call(...given);
    await this.#obey(`after ${method}`);
    return result;
  }

  /** Moves the clock, and does what the alarm of the object does at that time. */
  async collect(hours: number): Promise<void> {
    ahead += hours * 3_600_000;
    await this.alarm();
  }

  async #obey(step: string): Promise<void> {
    if ((await tell(this.#env, 'object', step)) === 'abort') this.#state.abort('The test aborts the object');
  }
}

interface Namespace {
  idFromName(name: string): unknown;
  get(id: unknown): WatchedRegistry;
}

const worker = registryWorker({ createOnPush: true, registryAlias: 'open' });

export default {
  async fetch(request: Request, env: Env, context: Parameters<typeof worker.fetch>[2]): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    if (pathname !== '/collect') return worker.fetch(request, watched(env), context);
    const namespace = env['REGISTRY'] as Namespace;
    await namespace.get(namespace.idFromName('registry')).collect(Number(searchParams.get('hours')));
    return new Response(null, { status: 204 });
  },
};
