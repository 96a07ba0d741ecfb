import {
  createEngine,
  type EngineOptions,
  ecr,
  ecrPublic,
  hmac,
  portableHasher,
  RegistryError,
  repositoryPolicies,
} from '@coracle/core';
import {
  type Access,
  type AccessOptions,
  accessFromEnv,
  awsJson,
  createFetchHandler,
  type FetchHandler,
  type FetchHandlerOptions,
  type ServedEngine,
  textAnswer,
  v2,
} from '@coracle/fetch-handler';
import { piecesOf } from '@coracle/storage-durable-object';
import { type Env, piecesBinding, registryNamespace, streamingBucket } from './bindings.ts';
import { frontOf } from './front.ts';
import { maxBufferedBytes } from './memory.ts';
import { type RateLimit, RefusedLogins } from './refused-logins.ts';

type EngineSettings = Pick<EngineOptions, 'accountId' | 'region' | 'registryAlias' | 'verified' | 'limits'>;

/** The options of `registryWorker()`. Each option has a default. */
export interface RegistryWorkerOptions extends EngineSettings, Omit<FetchHandlerOptions, 'access' | 'faces'> {
  /**
   * Says who may use the registry: an object, a function of the Worker's variables and secrets, or `'open'` for everyone.
   * The default is `accessFromEnv`, which reads `USERNAME`, `PASSWORD` and other variables. If it finds none, the Worker
   * answers each request with 503.
   */
  readonly access?: Access | ((env: Env) => Access);
  /**
   * The URL at which clients reach the registry, for the addresses in answers. The default is the origin of each request,
   * and tokens are then valid only for the host for which they were issued.
   */
  readonly endpoint?: string;
  /** The name of the object that is the registry; `registry` by default. Each name is a registry of its own. */
  readonly name?: string;
  /**
   * The names of the Worker's bindings: of the object (`REGISTRY` by default), of its content (`PIECES`), and of the rate
   * limit for refused logins (`REFUSED_LOGINS`). Without that binding, refused logins are not limited.
   */
  readonly bindings?: { readonly registry?: string; readonly pieces?: string; readonly refusedLogins?: string };
  /**
   * Makes a storage from the Worker's bindings, such as `(env) => kvStorage(env.KV)`. The engine then runs in the Worker,
   * and no Durable Object is used.
   */
  readonly storage?: (env: never) => EngineOptions['storage'];
}

/** The Worker of a registry, for `export default`. */
export interface RegistryWorker {
  /**
   * Answers a request. `context` is Cloudflare's `ExecutionContext`. With it, the request is carried out even if its client
   * goes away.
   */
  readonly fetch: (
    request: Request,
    env: Env,
    context?: { waitUntil(promise: Promise<unknown>): void },
  ) => Promise<Response>;
}

/**
 * Makes the Worker of a registry, for `export default registryWorker()`. The registry itself is a Durable Object of the
 * class `CoracleRegistry`, which the Worker has to export as well. Access is closed unless the option `access` says
 * otherwise.
 */
export function registryWorker(options: RegistryWorkerOptions = {}): RegistryWorker {
  const handlers = new WeakMap<Env, Map<string | undefined, FetchHandler>>();

  return {
    async fetch(request, env, context) {
      const endpoint = options.endpoint ?? originOf(request);
      const known = handlers.get(env) ?? new Map<string | undefined, FetchHandler>();
      let handler = known.get(endpoint);
      try {
        handler ??= await handlerFor(env, { ...options, endpoint });
      } catch (error) {
        return unusable(request, error);
      }
      if (known.size >= mostOrigins) known.clear();
      handlers.set(env, known.set(endpoint, handler));
      const answer = handler(request);
      // Otherwise everything stops when the client goes away. Stored pieces would not be added to their upload, and a commit
      // of Workers KV would stay half done.
      context?.waitUntil(answer);
      return answer;
    },
  };
}

/** The maximum number of origins for which an isolate keeps a handler. Each handler may hold `maxBufferedBytes` of memory. */
const mostOrigins = 2;

/** Returns the origin of a request. Returns undefined for the hosts of AWS, which a test may send to a Worker. */
function originOf({ url }: Request): string | undefined {
  const { host, origin } = new URL(url);
  return /\.(?:amazonaws\.com|amazonaws\.com\.cn|aws)$/.test(host) ? undefined : origin;
}

/** The options with the endpoint of one handler. */
type OptionsAt = Omit<RegistryWorkerOptions, 'endpoint'> & { readonly endpoint: string | undefined };

async function handlerFor(env: Env, options: OptionsAt): Promise<FetchHandler> {
  const { access: given = accessFromEnv, name = 'registry', bindings = {}, storage, ...more } = options;
  const { accountId, region, registryAlias, verified, limits, endpoint, ...handlerOptions } = more;
  const { access, tokenSecret } = readAccess(typeof given === 'function' ? given(env) : given);
  const engineOptions = defined({ accountId, region, registryAlias, verified, limits, endpoint });
  // Each registry has a secret of its own, so that it does not take the tokens of another registry.
  const secret = tokenSecret === undefined ? {} : { secret: await secretsFor(name, tokenSecret) };
  const { registry = 'REGISTRY', pieces = 'PIECES', refusedLogins = 'REFUSED_LOGINS' } = bindings;

  let engine: ServedEngine;
  if (storage) {
    const made = storage(env as never);
    engine = createEngine({
      ...engineOptions,
      ...secret,
      maxBufferedBytes,
      storage: made,
      services: [ecrPublic, ecr],
      access: repositoryPolicies,
    });
  } else {
    const namespace = registryNamespace(env, registry);
    const content = piecesBinding(env, pieces);
    engine = frontOf({
      settings: { ...engineOptions, ...secret, pieces },
      object: () => namespace.get(namespace.idFromName(name)),
      bytes: piecesOf(content),
      bucket: streamingBucket(content),
    });
  }
  const handler = createFetchHandler(engine, { ...handlerOptions, access });
  const logins = new RefusedLogins(env[refusedLogins] as RateLimit | undefined);
  return (request) => logins.guard(request, handler);
}

function readAccess(given: Access): { access: Access; tokenSecret?: AccessOptions['tokenSecret'] } {
  if (typeof given !== 'object' || given === null) return { access: given };
  const { tokenSecret, ...access } = given;
  return { access: { sourceIp, ...access }, ...(tokenSecret === undefined ? {} : { tokenSecret }) };
}

/** Cloudflare writes the address of the client into this header, and overwrites what a client has sent. */
const sourceIp = ({ headers }: Request): string | undefined => headers.get('cf-connecting-ip') ?? undefined;

const secretsFor = (name: string, secrets: string | readonly string[]): Promise<string[]> =>
  Promise.all([secrets].flat().map((secret) => hmac(portableHasher, encoder.encode(secret), `registry:${name}`)));

const encoder = new TextEncoder();

function defined<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** Makes the answer of a Worker that is not configured: 503, with a sentence that says which setting is missing. */
function unusable(request: Request, error: unknown): Response {
  const sentence = error instanceof Error ? error.message : String(error);
  console.error(`This registry is not usable: ${sentence}`);
  const failure = new RegistryError('ServerException', sentence, 'UNKNOWN', { fault: 'server', retryable: true });
  const client = { path: new URL(request.url).pathname, target: request.headers.get('x-amz-target') };
  for (const face of [awsJson(), v2()]) {
    const response = face.refuse?.(failure, client);
    if (response) return response;
  }
  return textAnswer(503, sentence);
}
