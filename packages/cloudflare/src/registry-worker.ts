import { createEngine, ecr, ecrPublic, hmac, portableHasher, RegistryError, repositoryPolicies } from '@coracle/core';
import {
  accessFromEnv,
  awsJson,
  createFetchHandler,
  type FetchHandler,
  type ServedEngine,
  textAnswer,
  v2,
} from '@coracle/fetch-handler';
import { piecesOf } from '@coracle/storage-durable-object';
import { type Env, piecesBinding, registryNamespace, streamingBucket } from './bindings.ts';
import { frontOf } from './front.ts';
import { maxBufferedBytes } from './memory.ts';
import { checkOptions, partsOf, type RegistryWorkerOptions, readAccess, readStorage } from './options.ts';
import { type RateLimit, RefusedLogins } from './refused-logins.ts';

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
 * @throws TypeError if an option is invalid. A deployment with an invalid option therefore fails
 */
export function registryWorker(options: RegistryWorkerOptions = {}): RegistryWorker {
  checkOptions(options);
  const handlers = new WeakMap<Env, Map<string | undefined, FetchHandler>>();

  return {
    async fetch(request, env, context) {
      const endpoint = options.endpoint ?? originOf(request);
      const known = handlers.get(env) ?? new Map<string | undefined, FetchHandler>();
      let handler = known.get(endpoint);
      try {
        handler ??= await handlerFor(env, endpoint === undefined ? options : { ...options, endpoint });
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

async function handlerFor(env: Env, options: RegistryWorkerOptions): Promise<FetchHandler> {
  const { access: given = accessFromEnv, name = 'registry', bindings = {}, storage } = options;
  const { engineOptions, handlerOptions } = partsOf(options);
  const { access, tokenSecret } = readAccess(typeof given === 'function' ? given(env) : given);
  // Each registry has a secret of its own, so that it does not take the tokens of another registry.
  const secret = tokenSecret === undefined ? {} : { secret: await secretsFor(name, tokenSecret) };
  const { registry = 'REGISTRY', pieces = 'PIECES', refusedLogins = 'REFUSED_LOGINS' } = bindings;

  let engine: ServedEngine;
  if (storage) {
    engine = createEngine({
      ...engineOptions,
      ...secret,
      maxBufferedBytes,
      storage: readStorage(storage(env as never)),
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

const secretsFor = (name: string, secrets: string | readonly string[]): Promise<string[]> =>
  Promise.all([secrets].flat().map((secret) => hmac(portableHasher, encoder.encode(secret), `registry:${name}`)));

const encoder = new TextEncoder();

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
